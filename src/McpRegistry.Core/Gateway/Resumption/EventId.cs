using System.Globalization;

namespace McpRegistry.Gateway.Resumption;

/// <summary>The id of an event: of which session, on which stream and where in it.</summary>
/// <param name="Session">What tells the ids of one session from those of another.</param>
/// <param name="Stream">The number of the stream in the session; 0 is the one that belongs to no request.</param>
/// <param name="Position">The place in the stream, from 1.</param>
internal readonly record struct EventId(string Session, int Stream, long Position)
{
    public static bool TryParse(string text, out EventId id)
    {
        id = default;
        var parts = text.Split('-');
        if (parts.Length != 3
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var stream)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            return false;
        }

        id = new EventId(parts[0], stream, position);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Session}-{Stream}-{Position}");
}
