namespace McpRegistry.Limits;

/// <summary>
/// One quota on this replica. Spending is one interlocked operation; who finds nothing left waits for a lease that all
/// waiting callers share, and at the very end for what other replicas hold unspent.
/// </summary>
internal sealed class QuotaCounter(QuotaKey key, QuotaContext context)
{
    private readonly Lock _lock = new();
    private readonly LeaseSize _size = new(context.Time);
    private volatile QuotaBook? _book;
    private int _callers;
    private int _waiting;
    private int _limit;
    private int _idle;
    private bool _removed;

    public QuotaKey Key => key;

    /// <summary>Gets the task that ends, without an exception, when no lease is waited for.</summary>
    public Task Renewal
    {
        get
        {
            lock (_lock)
            {
                return _book?.Renewal ?? Task.CompletedTask;
            }
        }
    }

    /// <summary>Gets the task that ends when the store has answered what it was last asked, also later than that is waited for.</summary>
    public Task Asked
    {
        get
        {
            lock (_lock)
            {
                return _book?.Asked ?? Task.CompletedTask;
            }
        }
    }

    /// <summary>Takes a call of what is leased; false when that needs the store.</summary>
    public bool TryTake(int limit, long utcTicks, out QuotaSlice? slice)
    {
        var book = _book;
        slice = book?.Slice;
        if (slice is null || !slice.Covers(utcTicks) || !slice.TryTake(out var isLow))
        {
            return false;
        }

        if (isLow)
        {
            _ = RenewAsync(book!, limit);
        }

        return true;
    }

    /// <summary>Takes a call, waiting for the store if need be.</summary>
    public async ValueTask<QuotaVerdict> TakeAsync(int limit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _callers);
        try
        {
            return await TakeOrWaitAsync(limit, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _callers);
        }
    }

    private async ValueTask<QuotaVerdict> TakeOrWaitAsync(int limit, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        while (true)
        {
            var now = context.Time.GetUtcNow();
            if (Open(now) is not { } book)
            {
                return QuotaVerdict.Gone;
            }

            if (TryTake(limit, now.UtcTicks, out var slice))
            {
                return QuotaVerdict.Taken(slice);
            }

            if (Decide(book, limit, now) is { } known)
            {
                return known;
            }

            if (await WaitAsync(book, limit, cancellationToken).ConfigureAwait(false) is not { } grant)
            {
                return BorrowNow(book, limit);
            }

            if (grant.Granted > 0 || grant.Free > 0)
            {
                // Perhaps to others who waited too; or it was asked for ahead of need, and there was no more than for need.
                continue;
            }

            if (grant.Held <= book.InVain || context.Time.GetElapsedTime(started) >= context.Options.RecallWait)
            {
                Remember(book, limit, grant.Held);
                continue;
            }

            if (TryBeginRecall(book))
            {
                await context.RecallAsync(key).ConfigureAwait(false);
            }

            await Task.Delay(QuotaContext.RecallPoll, context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reports and returns what is not going to be spent here; null when there is nothing to say.</summary>
    /// <param name="all">Return everything now: another replica needs it, or the host stops.</param>
    public QuotaSettlement? Settle(bool all)
    {
        lock (_lock)
        {
            if (_book is not { Epoch: > 0 } book)
            {
                return null;
            }

            if (!all)
            {
                _idle = book.IsIdle() ? _idle + 1 : 0;
                if (_idle < context.IdleSweeps)
                {
                    return null;
                }
            }

            return book.Close(key.Tenant);
        }
    }

    /// <summary>Closes a counter that nobody used for a while, or whose window is over; it can then be forgotten.</summary>
    public bool TryRemove(DateTimeOffset now)
    {
        lock (_lock)
        {
            // What a slow store still gives would come to nobody.
            var isOver = _book is not { } book
                || !book.Slice.Covers(now.UtcTicks)
                || (_idle > context.IdleSweeps && book is { Slice.Left: 0, Debt: 0, Borrowed: 0, InVain: 0, Asked: not { IsCompleted: false } });

            // Whoever is on the way counts its own patience, and a new counter would begin it anew.
            _removed = isOver && Volatile.Read(ref _callers) == 0 && _book?.Renewal is not { IsCompleted: false };
            return _removed;
        }
    }

    /// <summary>Forgets everything, so that the next call asks the store. What is returned counts only if it was leased after the reset.</summary>
    public QuotaSettlement? Reset()
    {
        lock (_lock)
        {
            var book = _book;
            _book = null;
            return book is { Epoch: > 0 } ? book.Close(key.Tenant) : null;
        }
    }

    /// <summary>Tells the store of calls that were made without it, as soon as it answers again.</summary>
    public void PayDebt(DateTimeOffset now)
    {
        QuotaBook? book;
        lock (_lock)
        {
            book = _book is { Debt: > 0 } open && now >= open.FailedUntil && open.Slice.Covers(now.UtcTicks) ? open : null;
        }

        if (book is not null)
        {
            _ = RenewAsync(book, Volatile.Read(ref _limit));
        }
    }

    /// <summary>Reads what this replica has left, and has made, of the current window.</summary>
    public (int Left, long Made) Read(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _book is { } book && book.Slice.Covers(now.UtcTicks) ? (book.Slice.Left, book.Made) : default;
        }
    }

    private bool TryBeginRecall(QuotaBook book)
    {
        lock (_lock)
        {
            var now = context.Time.GetUtcNow();
            var first = now >= book.RecalledUntil;
            book.RecalledUntil = first ? now + QuotaContext.RefusalMemory : book.RecalledUntil;
            return first;
        }
    }

    /// <summary>Gets the books of the current window; null when the counter was removed.</summary>
    private QuotaBook? Open(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_removed && _book?.Slice.Covers(now.UtcTicks) != true)
            {
                // What is left of a window that is over is of no use to anybody, so it is not returned.
                _book = new QuotaBook(new QuotaSlice(key.At(now), key.Length));
            }

            return _removed ? null : _book;
        }
    }

    private QuotaVerdict? Decide(QuotaBook book, int limit, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (now < book.RefusedUntil && limit <= book.RefusedLimit)
            {
                return new QuotaVerdict(QuotaOutcome.Exceeded, null, book.Slice.EndsAt - now);
            }

            return now < book.FailedUntil ? Borrow(book, limit, now) : null;
        }
    }

    /// <summary>Decides at once when the store has failed: asking again could take for ever.</summary>
    private QuotaVerdict BorrowNow(QuotaBook book, int limit)
    {
        lock (_lock)
        {
            return Borrow(book, limit, context.Time.GetUtcNow());
        }
    }

    private QuotaVerdict Borrow(QuotaBook book, int limit, DateTimeOffset now)
    {
        var allowed = context.Options.OnStoreFailure switch
        {
            QuotaFallback.Share => book.Made < limit / context.Options.Replicas,
            QuotaFallback.Allow => true,
            _ => false,
        };
        if (!allowed)
        {
            return new QuotaVerdict(QuotaOutcome.Unknown, null, book.FailedUntil - now);
        }

        book.Debt++;
        book.Borrowed++;
        return QuotaVerdict.Taken(null);
    }

    private void Remember(QuotaBook book, int limit, long held)
    {
        lock (_lock)
        {
            book.InVain = held;
            book.RefusedUntil = context.Time.GetUtcNow() + QuotaContext.RefusalMemory;
            book.RefusedLimit = limit;
        }
    }

    private async Task<QuotaGrant?> WaitAsync(QuotaBook book, int limit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await RenewAsync(book, limit).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private Task<QuotaGrant?> RenewAsync(QuotaBook book, int limit)
    {
        lock (_lock)
        {
            return book.Renewal is { IsCompleted: false } running ? running : book.Renewal = Task.Run(() => LeaseAsync(book, limit));
        }
    }

    private async Task<QuotaGrant?> LeaseAsync(QuotaBook book, int limit)
    {
        // What came too late to be waited for still comes: it is not asked for twice.
        var asked = book.Asked is { IsCompleted: false } pending ? pending : book.Asked = AskAsync(book, limit);
        try
        {
            return await asked.WaitAsync(context.Options.StoreTimeout, context.Time).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            context.Failed(exception);
            lock (_lock)
            {
                book.FailedUntil = context.Time.GetUtcNow() + QuotaContext.RetryStoreAfter;
            }

            return null;
        }
    }

    private async Task<QuotaGrant?> AskAsync(QuotaBook book, int limit)
    {
        var demand = Prepare(book, limit);
        QuotaGrant grant;
        try
        {
            grant = await context.LeaseAsync(key, book.Slice.Window, demand).ConfigureAwait(false);
        }
        catch (Exception) when (TakeBackDebt(book, demand))
        {
            throw;
        }

        if (Add(book, grant) is { } late)
        {
            await context.SettleAsync([late]).ConfigureAwait(false);
        }

        return grant;
    }

    /// <summary>It may have been taken off after all; taking it off twice costs calls and gives nothing.</summary>
    private bool TakeBackDebt(QuotaBook book, QuotaDemand demand)
    {
        lock (_lock)
        {
            book.Debt += demand.Debt;
            return false;
        }
    }

    private QuotaDemand Prepare(QuotaBook book, int limit)
    {
        lock (_lock)
        {
            _limit = limit;
            var least = Volatile.Read(ref _waiting);
            var demand = new QuotaDemand
            {
                Limit = limit,
                Least = least,
                Most = Math.Max(least, _size.Next()),
                Epoch = book.Epoch,
                Spent = book.Report(),
                Debt = book.Debt,
            };
            book.Debt = 0;
            return demand;
        }
    }

    /// <summary>Takes a grant into the books; gets what goes back at once, because the books were closed meanwhile.</summary>
    private QuotaSettlement? Add(QuotaBook book, QuotaGrant grant)
    {
        lock (_lock)
        {
            if (book.TryAdd(grant))
            {
                return _book == book ? null : book.Close(key.Tenant);
            }

            if (_book != book)
            {
                // It was leased after a reset that this replica has heard of meanwhile, and nobody knows of it.
                return QuotaBook.GiveBack(key.Tenant, book.Slice.Window, grant);
            }

            // The window was reset in the store, and the change feed has not told yet.
            _book = new QuotaBook(new QuotaSlice(book.Slice.Window, key.Length));
            _book.TryAdd(grant);
            return null;
        }
    }
}
