using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using McpRegistry.Servers;
using McpRegistry.Telemetry;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Upstream.Channels;

/// <summary>The process of a stdio server, and everything that it starts. What it writes to its error output goes to the log.</summary>
internal sealed class ChildProcess
{
    /// <summary>Longer lines of the error output are cut into pieces; a line need not end.</summary>
    private const int MaxErrorLine = 4 * 1024;

    /// <summary>What a process wrote before it ended is there already, but takes a moment to be read.</summary>
    private static readonly TimeSpan LeastForLastLines = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly ProcessFamily _family;
    private readonly string _name;
    private readonly TimeSpan _shutdownTimeout;
    private readonly ILogger _log;
    private readonly Lazy<Task> _ended;

    private ChildProcess(Process process, ProcessFamily family, string name, TimeSpan shutdownTimeout, ILogger log)
    {
        _process = process;
        _family = family;
        _name = name;
        _shutdownTimeout = shutdownTimeout;
        _log = log;
        _ended = new Lazy<Task>(() => Detached.Run(EndCoreAsync));
        Input = process.StandardInput.BaseStream;
        Output = process.StandardOutput.BaseStream;
        Exited = process.WaitForExitAsync(CancellationToken.None);
        var errors = process.StandardError.BaseStream;
        _ = Detached.Run(() => LogErrorsWhileItRunsAsync(errors));
    }

    public Stream Input { get; }

    public Stream Output { get; }

    public Task Exited { get; }

    /// <summary>Gets how long output is read that outlives the process: never no time at all, also where the process itself is given none to end.</summary>
    public TimeSpan LastLinesTimeout => _shutdownTimeout > LeastForLastLines ? _shutdownTimeout : LeastForLastLines;

    /// <summary>Tells whether a command can be started with its arguments as they are, which the shell of Windows does not always allow.</summary>
    public static bool CanStart(ServerEndpoint endpoint) => !NeedsShell(endpoint) || ShellArguments.TryWrite(endpoint.Command!, endpoint.Arguments) is not null;

    /// <summary>Starts a process.</summary>
    /// <param name="endpoint">The command, its arguments and its directory.</param>
    /// <param name="environment">All of its environment: it inherits nothing.</param>
    /// <param name="name">The server's alias, for the log.</param>
    /// <param name="shutdownTimeout">How long it may take to end by itself.</param>
    /// <param name="log">Gets its error output.</param>
    /// <returns>The process; null when the command cannot be started.</returns>
    public static ChildProcess? TryStart(
        ServerEndpoint endpoint, Dictionary<string, string?> environment, string name, TimeSpan shutdownTimeout, ILogger log)
    {
        var family = new ProcessFamily();
        family.Mark(environment);
        var process = new Process { StartInfo = StartInfoOf(endpoint, environment) };
        try
        {
            if (process.Start())
            {
                return new ChildProcess(process, family, name, shutdownTimeout, log);
            }
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException or ArgumentException)
        {
            // Not there, not executable, or not allowed: the caller says so.
        }

        process.Dispose();
        return null;
    }

    /// <summary>
    /// Ends the process: its input is closed, and what has not ended in time then is killed with all that it has started
    /// (2025-11-25 and 2026-07-28, stdio, shutdown).
    /// </summary>
    public Task EndAsync() => _ended.Value;

    /// <exception cref="ArgumentException">The shell cannot pass an argument on; see <see cref="CanStart"/>.</exception>
    private static ProcessStartInfo StartInfoOf(ServerEndpoint endpoint, Dictionary<string, string?> environment)
    {
        var needsShell = NeedsShell(endpoint);
        var info = new ProcessStartInfo
        {
            FileName = needsShell ? "cmd.exe" : endpoint.Command!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = endpoint.WorkingDirectory ?? Environment.CurrentDirectory,
        };
        if (needsShell)
        {
            info.Arguments = ShellArguments.TryWrite(endpoint.Command!, endpoint.Arguments) ?? throw new ArgumentException("The shell cannot pass an argument on.", nameof(endpoint));
        }
        else
        {
            foreach (var argument in endpoint.Arguments)
            {
                info.ArgumentList.Add(argument);
            }
        }

        info.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private static bool NeedsShell(ServerEndpoint endpoint) => OperatingSystem.IsWindows() && ShellArguments.AreNeededFor(endpoint.Command!);

    private async Task EndCoreAsync()
    {
        try
        {
            // In the background, for it may wait for a write that the process does not take.
            _ = Detached.Run(CloseInputAsync);
            if (!await HasExitedInTimeAsync().ConfigureAwait(false))
            {
                _process.Kill(entireProcessTree: true);
                await HasExitedInTimeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException or NotSupportedException)
        {
            // It ended by itself meanwhile, or is not ours to end; what is left of it is looked for below.
            if (!Exited.IsCompleted)
            {
                _log.ProcessNotEnded(_name, exception);
            }
        }

        _family.End();
        _process.Dispose();
    }

    private async Task CloseInputAsync()
    {
        try
        {
            await Input.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It is gone already.
        }
    }

    private async ValueTask<bool> HasExitedInTimeAsync()
    {
        try
        {
            await Exited.WaitAsync(_shutdownTimeout, TimeProvider.System).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return false;
        }

        return true;
    }

    /// <summary>What the process has started may hold its error output open when it is gone.</summary>
    private async Task LogErrorsWhileItRunsAsync(Stream errors)
    {
        using var late = new CancellationTokenSource();
        var logging = LogErrorsAsync(errors, late.Token);
        await Task.WhenAny(logging, Exited).ConfigureAwait(false);
        try
        {
            await logging.WaitAsync(LastLinesTimeout, TimeProvider.System).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await late.CancelAsync().ConfigureAwait(false);
            await logging.ConfigureAwait(false);
        }
    }

    private async Task LogErrorsAsync(Stream errors, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxErrorLine];
        var count = 0;
        try
        {
            int read;
            while ((read = await errors.ReadAsync(buffer.AsMemory(count), cancellationToken).ConfigureAwait(false)) > 0)
            {
                count = LogLines(buffer, count + read);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It is gone, and what it said before is logged.
        }

        Log(buffer.AsSpan(0, count));
        await errors.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Logs the lines in the buffer and returns how many bytes of an unfinished one are left at its beginning.</summary>
    private int LogLines(byte[] buffer, int count)
    {
        var rest = buffer.AsSpan(0, count);
        for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
        {
            Log(rest[..end]);
            rest = rest[(end + 1)..];
        }

        if (rest.Length == buffer.Length)
        {
            Log(rest);
            return 0;
        }

        rest.CopyTo(buffer);
        return rest.Length;
    }

    private void Log(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        if (!line.IsEmpty && _log.IsEnabled(Microsoft.Extensions.Logging.LogLevel.Information))
        {
            _log.ProcessSaid(_name, Encoding.UTF8.GetString(line));
        }
    }
}
