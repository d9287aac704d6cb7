using System.Threading.Channels;

namespace McpRegistry.TestSupport;

/// <summary>Waits that end: what never comes fails the test that waits for it, by name, where a hang would end the whole run without a word.</summary>
public static class Patience
{
    /// <summary>How long is waited on a machine that has other things to do.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>After how many looks in vain it goes slower: what is waited for needs the machine.</summary>
    private const int QuickLooks = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Takes the next item, waiting until it comes.</summary>
    /// <param name="items">Where it comes from.</param>
    /// <param name="expected">What is waited for, for the failure.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not come.</exception>
    public static async ValueTask<T> NextAsync<T>(this ChannelReader<T> items, string expected, CancellationToken cancellationToken)
    {
        if (items.TryRead(out var item))
        {
            return item;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            return await items.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw InVain(expected, exception);
        }
    }

    /// <summary>Waits until something holds that gives no signal: it is looked for again and again, and others run in between.</summary>
    /// <param name="condition">Tells whether it holds.</param>
    /// <param name="expected">What is waited for, for the failure.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="meanwhile">What is done after each look in vain, such as to move a clock; null for nothing.</param>
    /// <exception cref="TimeoutException">It did not hold.</exception>
    public static Task UntilAsync(Func<bool> condition, string expected, CancellationToken cancellationToken, Action? meanwhile = null) =>
        UntilAsync(() => Task.FromResult(condition()), expected, cancellationToken, meanwhile);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, CancellationToken, Action?)"/>
    public static async Task UntilAsync(Func<Task<bool>> condition, string expected, CancellationToken cancellationToken, Action? meanwhile = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        for (var looks = 0; !await condition(); looks++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested)
            {
                throw InVain(expected);
            }

            meanwhile?.Invoke();
            if (looks < QuickLooks)
            {
                await Task.Yield();
            }
            else
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <summary>Makes the failure of a wait.</summary>
    public static TimeoutException InVain(string expected, Exception? exception = null) =>
        new($"Waited {Limit.TotalSeconds} s in vain: {expected}.", exception);
}
