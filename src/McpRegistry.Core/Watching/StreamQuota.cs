using McpRegistry.Gateway;
using Microsoft.Extensions.Options;

namespace McpRegistry.Watching;

/// <summary>Counts the open streams, in all and of each caller: each holds a connection for as long as its client likes.</summary>
internal sealed class StreamQuota(IOptions<GatewayOptions> options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _byCaller = new(StringComparer.Ordinal);
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a place; null when there is none left. Dispose gives it back.</summary>
    public IDisposable? TryEnter(string principal)
    {
        lock (_lock)
        {
            var own = _byCaller.GetValueOrDefault(principal);
            if (_count >= options.Value.MaxStreams || own >= options.Value.MaxStreamsPerCaller)
            {
                return null;
            }

            _count++;
            _byCaller[principal] = own + 1;
            return new Place(this, principal);
        }
    }

    private void Leave(string principal)
    {
        lock (_lock)
        {
            _count--;
            var own = _byCaller[principal] - 1;
            if (own == 0)
            {
                _byCaller.Remove(principal);
            }
            else
            {
                _byCaller[principal] = own;
            }
        }
    }

    private sealed class Place(StreamQuota quota, string principal) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                quota.Leave(principal);
            }
        }
    }
}
