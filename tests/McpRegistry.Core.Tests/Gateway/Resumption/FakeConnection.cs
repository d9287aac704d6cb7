using System.Text;
using McpRegistry.Gateway.Resumption;

namespace McpRegistry.Core.Tests.Gateway.Resumption;

/// <summary>A client that hears a stream; it can go away, and it can take nothing until it is closed.</summary>
internal sealed class FakeConnection : IEventConnection
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<(string Id, string Data)> Heard { get; } = [];

    public List<TimeSpan> Retries { get; } = [];

    public bool IsOpen { get; set; } = true;

    public bool IsStuck { get; set; }

    public bool HasStarted { get; private set; }

    public TaskCompletionSource Writing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IEnumerable<string> Messages => Heard.Select(heard => heard.Data).Where(data => data.Length > 0);

    public ValueTask<bool> StartAsync(CancellationToken cancellationToken)
    {
        HasStarted = true;
        return ValueTask.FromResult(IsOpen);
    }

    public async ValueTask<bool> WriteAsync(EventId id, ReadOnlyMemory<byte> json, TimeSpan retry, CancellationToken cancellationToken)
    {
        if (IsStuck)
        {
            Writing.TrySetResult();
            await _closed.Task.WaitAsync(cancellationToken);
        }

        if (!IsOpen)
        {
            return false;
        }

        Retries.Add(retry);
        Heard.Add((id.ToString(), Encoding.UTF8.GetString(json.Span)));
        return true;
    }

    public void Close()
    {
        IsOpen = false;
        _closed.TrySetResult();
    }
}
