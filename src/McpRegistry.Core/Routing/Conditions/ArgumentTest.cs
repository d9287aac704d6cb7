using System.Buffers;
using System.Text.Json;

namespace McpRegistry.Routing.Conditions;

/// <summary>A comparison of one JSON value. Objects and arrays pass none; a number equals a number of the same value.</summary>
internal sealed class ArgumentTest
{
    private const int OnStack = 256;

    /// <summary>Gets what is asked of text; null when no text passes.</summary>
    public TextTest? Text { get; init; }

    /// <summary>Gets the numbers that pass.</summary>
    public double[] Numbers { get; init; } = [];

    /// <summary>Gets the border that a number must be above; null for none.</summary>
    public double? Above { get; init; }

    /// <summary>Gets the border that a number must be below; null for none.</summary>
    public double? Below { get; init; }

    /// <summary>Gets which of true, false and null pass.</summary>
    public JsonValueKind[] Words { get; init; } = [];

    /// <summary>Asks about the value that a reader stands at.</summary>
    public bool Holds(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => Text is not null && HoldsText(ref reader),
        JsonTokenType.Number => (Numbers.Length > 0 || Above is not null || Below is not null) && reader.TryGetDouble(out var number) && HoldsNumber(number),
        JsonTokenType.True => Words.Contains(JsonValueKind.True),
        JsonTokenType.False => Words.Contains(JsonValueKind.False),
        JsonTokenType.Null => Words.Contains(JsonValueKind.Null),
        _ => false,
    };

    private bool HoldsNumber(double number) => Numbers.Contains(number) || number > Above || number < Below;

    private bool HoldsText(ref Utf8JsonReader reader)
    {
        var length = reader.ValueSpan.Length;
        char[]? rented = null;
        var buffer = length <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(length);
        try
        {
            return Text!.Holds(buffer[..reader.CopyString(buffer)]);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in an escape: no text, so it equals none.
            return false;
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<char>.Shared.Return(rented);
            }
        }
    }
}
