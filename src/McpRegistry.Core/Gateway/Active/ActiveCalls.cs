using System.Globalization;
using System.Security.Cryptography;
using McpRegistry.Tenancy;

namespace McpRegistry.Gateway.Active;

/// <summary>The calls that this replica has under way. Every call comes in and leaves, so it neither allocates nor waits for others for long.</summary>
internal sealed class ActiveCalls
{
    /// <summary>Calls of different threads hardly ever meet in one list.</summary>
    private const int Lists = 16;

    private readonly ActiveCallList[] _lists = [.. Enumerable.Range(0, Lists).Select(static _ => new ActiveCallList())];

    /// <summary>An id that came from another replica, or from before a restart, must not name another call here.</summary>
    private readonly string _replica = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private readonly TimeProvider _time;
    private readonly TenantDirectory? _tenants;
    private long _last;

    public ActiveCalls(TimeProvider time, TenantDirectory? tenants = null)
    {
        (_time, _tenants) = (time, tenants);
        tenants?.OnShutOut(CancelAllOf);
    }

    public int Count => _lists.Sum(static list => list.Count);

    /// <summary>Takes a call in. One to a server of a tenant that has been shut out since the call was allowed is cancelled at once.</summary>
    /// <param name="active">What can end it.</param>
    /// <param name="call">The request.</param>
    public ActivePlace Enter(ActiveCall active, GatewayCall call)
    {
        active.Begin(Interlocked.Increment(ref _last), call, _time.GetUtcNow());
        ListOf(active.Number).Add(active);

        // In this order: whoever cancels the calls of a tenant finds this one in the list, or this finds the tenant shut out.
        if (call.Target is { } target && _tenants?.IsShutOut(target.Server.Tenant) == true)
        {
            active.Cancel();
        }

        return new ActivePlace(this, active);
    }

    /// <summary>Lets a call go; one that has gone, or never came, needs nothing.</summary>
    public void Leave(ActiveCall active)
    {
        if (active.Number > 0)
        {
            ListOf(active.Number).Remove(active);
        }
    }

    /// <summary>Has a call go on as another one, under its id and as old as it is.</summary>
    /// <param name="active">What could end it, and is in the list.</param>
    /// <param name="successor">What can end it from here on.</param>
    /// <param name="call">The request as it goes on.</param>
    public void Replace(ActiveCall active, ActiveCall successor, GatewayCall call)
    {
        successor.Begin(active.Number, call, active.StartedAt);
        ListOf(active.Number).Replace(active, successor);
    }

    /// <summary>Cancels a call, or what it goes on as; one that has ended needs nothing.</summary>
    /// <param name="active">The call as it was found.</param>
    public void Cancel(ActiveCall active) => ListOf(active.Number).Cancel(active.Number);

    /// <summary>Returns the id by which a call can be cancelled.</summary>
    public string IdOf(ActiveCall active) => string.Create(CultureInfo.InvariantCulture, $"{_replica}-{active.Number:x}");

    /// <summary>Finds a call by its id; null when it is over, or not this replica's.</summary>
    public ActiveCall? Find(string id) =>
        id.Length > _replica.Length + 1 && id.StartsWith(_replica, StringComparison.Ordinal) && id[_replica.Length] == '-'
        && long.TryParse(id.AsSpan(_replica.Length + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? ListOf(number).Find(number)
            : null;

    /// <summary>Returns the calls that are under way, the oldest first.</summary>
    public IReadOnlyList<ActiveCall> Read(Func<GatewayCall, bool> isWanted)
    {
        var found = new List<ActiveCall>();
        foreach (var list in _lists)
        {
            list.Read(isWanted, found);
        }

        found.Sort(static (one, other) => one.Number.CompareTo(other.Number));
        return found;
    }

    /// <summary>Those of its own callers end with their requests; these are of others, to servers that it shared with them.</summary>
    private void CancelAllOf(TenantId tenant)
    {
        foreach (var active in Read(call => call.Target?.Server.Tenant == tenant))
        {
            Cancel(active);
        }
    }

    private ActiveCallList ListOf(long number) => _lists[number & (Lists - 1)];
}
