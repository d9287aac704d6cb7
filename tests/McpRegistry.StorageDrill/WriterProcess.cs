using System.Diagnostics;

namespace McpRegistry.StorageDrill;

/// <summary>A host that writes, until it is killed with no chance to clean up.</summary>
internal sealed class WriterProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly Ledger _ledger;
    private readonly Lock _lock = new();
    private (int Count, TaskCompletionSource Reached)? _wanted;

    private WriterProcess(Process process, Ledger ledger)
    {
        _process = process;
        _ledger = ledger;
        _reading = ReadAsync();
    }

    public static WriterProcess Start(string kind, string connection, Ledger ledger) => Start(ledger, "writer", kind, connection);

    public static WriterProcess Start(Ledger ledger, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(WriterProcess).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        return new WriterProcess(Process.Start(start) ?? throw new InvalidOperationException("Cannot start dotnet."), ledger);
    }

    /// <summary>Waits until the store has acknowledged so many more writes.</summary>
    public async Task AcknowledgedAsync(int more, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _wanted = (_ledger.Count + more, reached);
        }

        if (await Task.WhenAny(reached.Task, _reading).WaitAsync(cancellationToken) == _reading)
        {
            throw new InvalidOperationException("The writer ended by itself; its error stands above.");
        }
    }

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(cancellationToken);
        await _reading.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _ledger.Take(line);
            lock (_lock)
            {
                if (_wanted is { } wanted && _ledger.Count >= wanted.Count)
                {
                    wanted.Reached.TrySetResult();
                }
            }
        }
    }
}
