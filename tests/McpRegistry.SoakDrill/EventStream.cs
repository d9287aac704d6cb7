using System.Text;
using System.Text.Json;

namespace McpRegistry.SoakDrill;

/// <summary>An answer that goes on.</summary>
internal sealed class EventStream(HttpResponseMessage response, Stream body) : IDisposable
{
    private readonly StreamReader _reader = new(body, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 512);

    /// <summary>Reads until all of these were heard, by their methods; what comes between is skipped.</summary>
    public async Task HearAsync(IEnumerable<string> methods, CancellationToken cancellationToken)
    {
        var missing = methods.ToHashSet(StringComparer.Ordinal);
        while (missing.Count > 0)
        {
            var line = await _reader.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException($"A stream ended before {string.Join(", ", missing)}.");
            if (line.StartsWith("data: ", StringComparison.Ordinal) && JsonElement.Parse(line[6..]).TryGetProperty("method", out var method))
            {
                missing.Remove(method.GetString()!);
            }
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        response.Dispose();
    }
}
