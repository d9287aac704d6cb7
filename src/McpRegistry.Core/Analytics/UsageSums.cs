using McpRegistry.Storage;

namespace McpRegistry.Analytics;

/// <summary>Adds a report of use to counters, by the rules that the databases follow too.</summary>
internal static class UsageSums
{
    /// <summary>How many calls of a server its mean time and success rate look back.</summary>
    private const long Memory = 1000;

    public static UsageTotals Add(UsageTotals? before, UsageDelta delta)
    {
        before ??= new UsageTotals { Subject = delta.Subject, ItemKey = delta.ItemKey };
        var isServer = delta.Subject == UsageSubject.Server;
        var isKey = delta.Subject == UsageSubject.ApiKey;
        var remembered = isServer ? Math.Min(before.Calls, Memory) : before.Calls;
        return before with
        {
            Calls = before.Calls + delta.Calls,
            Errors = before.Errors + delta.Errors,
            MeanMs = isKey ? null : Mean(before.MeanMs, remembered, delta.TotalMs, delta.Calls),
            SuccessRate = isServer ? Mean(before.SuccessRate, remembered, delta.Calls - delta.Errors, delta.Calls) : null,
            ActiveConnections = isServer ? Math.Max(0, (before.ActiveConnections ?? 0) + delta.ConnectionChange) : null,
            LastUsed = Later(before.LastUsed, delta.LastUsed),
            LastSuccess = isKey ? Later(before.LastSuccess, delta.LastSuccess) : null,
            LastError = isKey ? Later(before.LastError, delta.LastError) : null,
        };
    }

    private static double? Mean(double? before, long calls, double sum, long added) =>
        added == 0 ? before : (((before ?? 0) * calls) + sum) / (calls + added);

    private static DateTimeOffset? Later(DateTimeOffset? left, DateTimeOffset? right) =>
        right is not { } time ? left : left > StoredTime.Normalize(time) ? left : StoredTime.Normalize(time);
}
