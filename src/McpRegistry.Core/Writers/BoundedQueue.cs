using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Writers;

/// <summary>
/// Carries values from requests to a writer. Writing takes no lock, wakes the writer once a batch and, once the queue has
/// reached its usual size, allocates nothing. A bounded channel takes a lock for each value, and wakes its reader for each
/// when there is little traffic.
/// </summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="capacity">The most values that wait.</param>
/// <param name="batchSize">How many wake the reader.</param>
internal sealed class BoundedQueue<T>(int capacity, int batchSize)
{
    // The highest bit of the state; the others are the count. Together in one word, a place is only ever counted for a value
    // that is taken: whoever waits for the counted ones waits for none that was refused, and whoever closes and then sees
    // zero knows that nobody comes any more.
    private const int Closed = int.MinValue;

    private readonly ConcurrentQueue<T> _items = new();
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    /// <summary>Gets how many values were taken and not yet read; those that are on their way into the queue are among them.</summary>
    public int Count => Volatile.Read(ref _state) & ~Closed;

    public bool IsClosed => (Volatile.Read(ref _state) & Closed) != 0;

    /// <summary>Takes a value, unless the queue is full or closed.</summary>
    public bool TryWrite(in T item)
    {
        // Closed is below zero and below every capacity, so it needs a look of its own.
        int state;
        do
        {
            state = Volatile.Read(ref _state);
            if (state < 0 || state >= capacity)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _state, state + 1, state) != state);

        _items.Enqueue(item);
        if (state + 1 == batchSize)
        {
            Wake();
        }

        return true;
    }

    public bool TryRead([MaybeNullWhen(false)] out T item)
    {
        if (!_items.TryDequeue(out item))
        {
            return false;
        }

        Interlocked.Decrement(ref _state);
        return true;
    }

    /// <summary>Ends the wait of the reader, the present one or the next.</summary>
    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    /// <summary>Refuses all further values; those that are on their way are still to be read while <see cref="Count"/> is not zero.</summary>
    public void Close()
    {
        Interlocked.Or(ref _state, Closed);
        Wake();
    }

    /// <summary>Waits until a batch is full, somebody wakes the reader or the time is over.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time)
    {
        if (!IsClosed && Count < batchSize)
        {
            var woken = Volatile.Read(ref _woken);
            using var ended = new CancellationTokenSource();
            await Task.WhenAny(woken.Task, Task.Delay(longest, time, ended.Token)).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
        }

        if (Volatile.Read(ref _woken).Task.IsCompleted)
        {
            // With a full fence: what the reader looks at from here on includes all that was there before a wake it missed.
            Interlocked.Exchange(ref _woken, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }
}
