using System.Net;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Counts, by address, how many ids were presented that no key has. It decides on refusals only: behind a shared address a
/// valid key must not suffer from what others guess.
/// </summary>
internal sealed class GuessThrottle(IOptions<ApiKeyOptions> options)
{
    private readonly Dictionary<ClientAddress, Window> _windows = [];
    private readonly Lock _lock = new();
    private readonly int _limit = options.Value.GuessLimit;
    private readonly TimeSpan _length = options.Value.GuessWindow;
    private readonly int _capacity = options.Value.GuessAddresses;

    /// <summary>Counts a guess.</summary>
    /// <returns>How long the address should wait; null while it is within its limit.</returns>
    public TimeSpan? Count(IPAddress? address, DateTimeOffset now)
    {
        if (address is null)
        {
            return null;
        }

        var subscriber = ClientAddress.Of(address).ToSubscriber();
        lock (_lock)
        {
            var window = Find_NeedsLock(subscriber, now) ?? Open_NeedsLock(subscriber, now);
            window.Guesses++;
            return Wait(window, now);
        }
    }

    /// <summary>Tells how long an address should wait that has guessed too often; null for others.</summary>
    public TimeSpan? GetWait(IPAddress? address, DateTimeOffset now)
    {
        if (address is null)
        {
            return null;
        }

        lock (_lock)
        {
            return Find_NeedsLock(ClientAddress.Of(address).ToSubscriber(), now) is { } window ? Wait(window, now) : null;
        }
    }

    private TimeSpan? Wait(Window window, DateTimeOffset now) => window.Guesses > _limit ? window.End - now : null;

    private Window? Find_NeedsLock(ClientAddress subscriber, DateTimeOffset now) =>
        _windows.TryGetValue(subscriber, out var window) && now < window.End ? window : null;

    private Window Open_NeedsLock(ClientAddress subscriber, DateTimeOffset now)
    {
        if (_windows.Count >= _capacity)
        {
            MakeRoom_NeedsLock(now);
        }

        return _windows[subscriber] = new Window(now + _length);
    }

    /// <summary>Drops what is over, and if that is nothing, all: who comes from that many addresses is not held up by counting them.</summary>
    private void MakeRoom_NeedsLock(DateTimeOffset now)
    {
        foreach (var (subscriber, window) in _windows)
        {
            if (window.End <= now)
            {
                _windows.Remove(subscriber);
            }
        }

        if (_windows.Count >= _capacity)
        {
            _windows.Clear();
        }
    }

    private sealed class Window(DateTimeOffset end)
    {
        public DateTimeOffset End { get; } = end;

        public int Guesses { get; set; }
    }
}
