using System.Diagnostics;
using System.Text.RegularExpressions;

namespace McpRegistry.TestSupport.Processes;

/// <summary>A program that a test starts, waits for and takes down with everything it started itself.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ProcessOutput _output = new();

    private ChildProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _output.Add(line.Data, isError: false);
        process.ErrorDataReceived += (_, line) => _output.Add(line.Data, isError: true);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Gets what the program wrote to standard output so far.</summary>
    public string StandardOutput => _output.Text(isError: false);

    public string StandardError => _output.Text(isError: true);

    public static ChildProcess Start(string fileName, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(fileName, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start });
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for a line of either output that matches, and fails with all output when the program ends or takes too long.</summary>
    public Task<Match> WaitForLineAsync(Regex pattern, CancellationToken cancellationToken, TimeSpan? limit = null) =>
        _output.WaitForLineAsync(pattern, limit ?? TimeSpan.FromMinutes(2), cancellationToken);

    /// <summary>Waits for the program to end and returns its exit code, with the output read to its end.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Kills the program and everything it started, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }
}
