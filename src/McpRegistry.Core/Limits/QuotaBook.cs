using McpRegistry.Tenancy;

namespace McpRegistry.Limits;

/// <summary>What a counter knows of its slice beyond what is left of it. Its counter's lock guards it.</summary>
internal sealed class QuotaBook(QuotaSlice slice)
{
    private long _leased;
    private long _reported;
    private long _lastSpent;

    public QuotaSlice Slice => slice;

    /// <summary>Gets the epoch of the leases; 0 while there are none.</summary>
    public long Epoch { get; private set; }

    /// <summary>Gets what nobody had leased when the store was last asked.</summary>
    public long Free { get; private set; }

    /// <summary>Gets or sets the calls made without a lease that the store does not know of.</summary>
    public int Debt { get; set; }

    /// <summary>Gets or sets all calls made without a lease.</summary>
    public int Borrowed { get; set; }

    /// <summary>Gets or sets until when a call is refused without asking the store.</summary>
    public DateTimeOffset RefusedUntil { get; set; }

    /// <summary>Gets or sets the limit by which it is; a higher one asks again.</summary>
    public int RefusedLimit { get; set; }

    /// <summary>Gets or sets until when the store is not asked, because it failed.</summary>
    public DateTimeOffset FailedUntil { get; set; }

    /// <summary>Gets or sets until when other replicas are not asked again to return what they hold.</summary>
    public DateTimeOffset RecalledUntil { get; set; }

    /// <summary>Gets or sets how many calls of others were waited for in vain: their replicas are gone, most likely.</summary>
    public long InVain { get; set; }

    /// <summary>Gets or sets what the store was last asked; only one question is open at a time.</summary>
    public Task<QuotaGrant?>? Asked { get; set; }

    /// <summary>Gets or sets the wait for the lease that is on its way.</summary>
    public Task<QuotaGrant?>? Renewal { get; set; }

    /// <summary>Gets how many calls of the window this replica has made.</summary>
    public long Made => Spent + Borrowed;

    private long Spent => _leased - slice.Left;

    /// <summary>Gives back a grant that came into no books; null when there is nothing to give.</summary>
    public static QuotaSettlement? GiveBack(TenantId tenant, QuotaWindow window, QuotaGrant grant) => grant.Granted == 0
        ? null
        : new QuotaSettlement { Tenant = tenant, Window = window, Epoch = grant.Epoch, Spent = 0, Returned = grant.Granted };

    /// <summary>Takes a grant into the books. False when it is of another epoch, and so belongs into other books.</summary>
    public bool TryAdd(QuotaGrant grant)
    {
        if (Epoch != 0 && Epoch != grant.Epoch)
        {
            return false;
        }

        Epoch = grant.Epoch;
        Free = grant.Free;
        _leased += grant.Granted;
        slice.Put(grant.Granted);
        slice.SetLow(grant.Free >= QuotaDemand.Share ? (grant.Granted + 1) / 2 : 0);
        return true;
    }

    /// <summary>Gets what was spent since the last report. A call that is given back after it was reported makes up for a later one.</summary>
    public int Report()
    {
        var spent = (int)Math.Max(0, Spent - _reported);
        _reported += spent;
        return spent;
    }

    /// <summary>Takes what is left out of the books, to report what was spent and return the rest; null when there is neither.</summary>
    public QuotaSettlement? Close(TenantId tenant)
    {
        slice.SetLow(0);
        var returned = slice.TakeAll();
        _leased -= returned;
        var spent = Report();
        return returned + spent == 0
            ? null
            : new QuotaSettlement { Tenant = tenant, Window = slice.Window, Epoch = Epoch, Spent = spent, Returned = returned };
    }

    /// <summary>Tells whether nothing was spent since this was last asked.</summary>
    public bool IsIdle()
    {
        var spent = Made;
        var idle = spent == _lastSpent;
        _lastSpent = spent;
        return idle;
    }
}
