using System.Diagnostics;
using System.Globalization;

namespace McpRegistry.QuotaDrill;

/// <summary>A gateway seen from outside.</summary>
internal sealed class HostProcess : IDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private HostProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    public static async Task<HostProcess> StartAsync(string kind, string connection, bool isPatient = true)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(HostProcess).Assembly.Location, isPatient ? "host" : "hasty-host", kind, connection])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("Cannot start dotnet.");
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The host did not start; its error stands above.");
        return new HostProcess(process, new Uri(new Uri(line), "/mcp"));
    }

    /// <summary>Has the host store a key.</summary>
    public Task<string> AddKeyAsync(int limit) => AskAsync(limit.ToString(CultureInfo.InvariantCulture));

    /// <summary>Has the host revoke a key; it is revoked when this returns.</summary>
    public Task RevokeAsync(string key) => AskAsync(key);

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        // Without looking for children, of which it has none: by then the quota would be used up.
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(StopLimit))
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The host has ended.");
    }
}
