using McpRegistry.ApiKeys;
using Microsoft.Extensions.Options;

namespace McpRegistry.Limits;

/// <summary>The quotas that a caller is under: of its key and of its tenant, by the hour and by the day.</summary>
internal sealed class QuotaLimiter(QuotaKeeper quotas, TenantLimitTable tenants, IOptions<LimitOptions> options, TimeProvider time)
{
    private const LimitKind First = LimitKind.KeyHour;

    private readonly LimitOptions _options = options.Value;

    /// <summary>Takes a call of all quotas without asking the store; false when the quota at <paramref name="next"/> needs it.</summary>
    public bool TryTake(Caller caller, ref QuotaTicket ticket, out int next)
    {
        caller = caller.Counted;
        var limits = tenants.Find(caller.Tenant);
        var now = 0L;
        for (next = 0; next < QuotaTicket.Length; next++)
        {
            var limit = LimitOf(caller, limits, First + next);
            if (limit == 0)
            {
                continue;
            }

            now = now == 0 ? time.GetUtcNow().UtcTicks : now;
            if (!quotas.TryTake(KeyOf(caller, First + next), limit, now, out var slice))
            {
                return false;
            }

            ticket[next] = slice;
        }

        return true;
    }

    /// <summary>Goes on with the quota that needs the store; null when all let the call through.</summary>
    public async ValueTask<LimitRefusal?> TakeAsync(Caller caller, QuotaTicket[] ticket, int next, CancellationToken cancellationToken)
    {
        caller = caller.Counted;
        var taken = false;
        try
        {
            var limits = tenants.Find(caller.Tenant);
            for (; next < QuotaTicket.Length; next++)
            {
                var limit = LimitOf(caller, limits, First + next);
                if (limit == 0)
                {
                    continue;
                }

                var verdict = await quotas.TakeAsync(KeyOf(caller, First + next), limit, cancellationToken).ConfigureAwait(false);
                if (verdict.Outcome != QuotaOutcome.Taken)
                {
                    return new LimitRefusal(First + next, limit, verdict.RetryAfter) { IsUnknown = verdict.Outcome == QuotaOutcome.Unknown };
                }

                ticket[0][next] = verdict.Slice;
            }

            taken = true;
            return null;
        }
        finally
        {
            if (!taken)
            {
                ticket[0].PutBack();
            }
        }
    }

    /// <summary>Gets the limit of a quota; 0 for none.</summary>
    public int LimitOf(Caller caller, TenantLimits limits, LimitKind kind) => kind switch
    {
        LimitKind.KeyHour => caller.Key is { } key ? LimitOf(key, key.LimitPerHour, _options.KeyPerHour) : 0,
        LimitKind.KeyDay => caller.Key is { } key ? LimitOf(key, key.LimitPerDay, _options.KeyPerDay) : 0,
        LimitKind.TenantHour => limits.PerHour ?? _options.TenantPerHour ?? 0,
        _ => limits.PerDay ?? _options.TenantPerDay ?? 0,
    };

    public static QuotaKey KeyOf(Caller caller, LimitKind kind) => kind switch
    {
        LimitKind.KeyHour => new QuotaKey(caller.Tenant, caller.Key!.Id, QuotaPeriod.Hour),
        LimitKind.KeyDay => new QuotaKey(caller.Tenant, caller.Key!.Id, QuotaPeriod.Day),
        LimitKind.TenantHour => new QuotaKey(caller.Tenant, caller.Tenant.Value, QuotaPeriod.Hour),
        _ => new QuotaKey(caller.Tenant, caller.Tenant.Value, QuotaPeriod.Day),
    };

    private static int LimitOf(ApiKey key, int? own, int? general) => own ?? ((key.Scopes & ApiKeyScope.Admin) != ApiKeyScope.None ? 0 : general ?? 0);
}
