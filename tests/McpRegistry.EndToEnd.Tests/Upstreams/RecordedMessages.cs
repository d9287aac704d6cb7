using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>What the recording mode of server-stdio.mjs received, from its file.</summary>
internal static class RecordedMessages
{
    public static async Task<JsonElement> WaitAsync(string file, string method, CancellationToken cancellationToken)
    {
        // Another process writes the file; it is read a bounded number of times.
        for (var attempt = 0; attempt < 4_800; attempt++)
        {
            var lines = File.Exists(file) ? await File.ReadAllLinesAsync(file, cancellationToken) : [];
            foreach (var line in lines.Where(line => line.EndsWith('}') && line.Contains($"\"{method}\"", StringComparison.Ordinal)))
            {
                return JsonElement.Parse(line);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), cancellationToken);
        }

        throw new TimeoutException($"Waited in vain until the server received {method}.");
    }
}
