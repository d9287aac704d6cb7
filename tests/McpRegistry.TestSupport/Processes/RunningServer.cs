using System.Globalization;
using System.Text.RegularExpressions;

namespace McpRegistry.TestSupport.Processes;

/// <summary>A server program that has said where it listens.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private RunningServer(ChildProcess process, Uri url)
    {
        Process = process;
        Url = url;
    }

    public ChildProcess Process { get; }

    public Uri Url { get; }

    /// <summary>Starts a program and waits for the ready line, whose group <c>port</c> names the loopback port.</summary>
    public static async Task<RunningServer> StartAsync(
        string fileName, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, Regex readyLine, string path, CancellationToken cancellationToken)
    {
        var process = ChildProcess.Start(fileName, arguments, environment);
        try
        {
            var ready = await process.WaitForLineAsync(readyLine, cancellationToken);
            var port = int.Parse(ready.Groups["port"].Value, CultureInfo.InvariantCulture);
            return new RunningServer(process, new UriBuilder("http", "127.0.0.1", port, path).Uri);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
