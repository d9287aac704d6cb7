using System.Collections.Concurrent;
using McpRegistry.Tenancy;

namespace McpRegistry.Limits;

/// <summary>
/// Shares the gateway between the tenants that use it. Over a sliding window of 300 s, in steps of 30 s, a tenant may make
/// floor(floor(5 × global rate × weight / sum of the weights of the tenants that called within the window) × overuse)
/// requests. A tenant that is alone thus has all; those that make no requests take nothing from the others.
/// </summary>
internal sealed class FairShare(int globalPerMinute, double overuse, TimeProvider time)
{
    public const int WindowSeconds = 300;

    private const int StepSeconds = 30;
    private const int SecondsAMinute = 60;

    private readonly ConcurrentDictionary<TenantId, TenantSteps> _tenants = new();
    private readonly double _budget = (double)globalPerMinute * WindowSeconds / SecondsAMinute;
    private readonly Lock _lock = new();
    private readonly long _origin = time.GetTimestamp();
    private double _weights;
    private long _weighedAt = time.GetTimestamp() - time.TimestampFrequency;

    /// <summary>Counts a request of a tenant, if it has one left.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="now">The timestamp.</param>
    /// <param name="retryAfter">When to try again, when there is none left.</param>
    public bool TryTake(TenantId tenant, double weight, long now, out TimeSpan retryAfter)
    {
        var step = StepOf(now);
        if (!_tenants.TryGetValue(tenant, out var steps) || !steps.IsWeighed(weight))
        {
            steps = Add(tenant, weight, step, now);
        }

        var quota = QuotaOf(weight, now);
        retryAfter = default;
        if (steps.Count(step) >= Math.Floor(Math.Floor(quota) * overuse))
        {
            retryAfter = TimeSpan.FromSeconds(Math.Max(1, Math.Floor(WindowSeconds / Math.Max(1, quota))));
            return false;
        }

        steps.Add(step, 1);
        return true;
    }

    /// <summary>Gives a request back that was counted and not made.</summary>
    public void PutBack(TenantId tenant, long now)
    {
        if (_tenants.TryGetValue(tenant, out var steps))
        {
            steps.Add(StepOf(now), -1);
        }
    }

    public void Reset(TenantId tenant) => _tenants.TryRemove(tenant, out _);

    /// <summary>Reads what a tenant has used of the window, and may use of it as things are.</summary>
    public (long Used, long Allowed) Read(TenantId tenant, double weight)
    {
        var now = time.GetTimestamp();
        return (_tenants.TryGetValue(tenant, out var steps) ? steps.Count(StepOf(now)) : 0, (long)Math.Floor(Math.Floor(QuotaOf(weight, now)) * overuse));
    }

    private TenantSteps Add(TenantId tenant, double weight, long step, long now)
    {
        lock (_lock)
        {
            var steps = _tenants.GetOrAdd(tenant, static _ => new TenantSteps());
            steps.Weigh(weight, step);
            Weigh_NeedsLock(now);
            return steps;
        }
    }

    private double QuotaOf(double weight, long now)
    {
        if (now - Volatile.Read(ref _weighedAt) >= time.TimestampFrequency)
        {
            lock (_lock)
            {
                Weigh_NeedsLock(now);
            }
        }

        var all = Volatile.Read(ref _weights);
        return all <= weight ? _budget : _budget * weight / all;
    }

    /// <summary>Sums up who is here, and forgets who is not: their number is that of the tenants that called within the window.</summary>
    private void Weigh_NeedsLock(long now)
    {
        var step = StepOf(now);
        var sum = 0d;
        foreach (var pair in _tenants)
        {
            if (pair.Value.IsActive(step))
            {
                sum += pair.Value.Weight;
            }
            else
            {
                _tenants.TryRemove(pair);
            }
        }

        Volatile.Write(ref _weights, sum);
        Volatile.Write(ref _weighedAt, now);
    }

    private long StepOf(long now) => (now - _origin) / (time.TimestampFrequency * StepSeconds);
}
