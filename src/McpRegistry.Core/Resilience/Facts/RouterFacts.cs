using McpRegistry.Snapshots;

namespace McpRegistry.Resilience;

/// <summary>Sums up what this replica sees of a server, from what is counted anyway.</summary>
internal sealed class RouterFacts(ReplicaName name, CallPolicies policies)
{
    private static readonly int Priorities = Enum.GetValues<CallPriority>().Length;

    /// <summary>Describes a server; null for one without a gate, which this replica does not supervise.</summary>
    /// <param name="entry">The server.</param>
    /// <param name="now">The time, UTC.</param>
    public ServerFacts? Describe(ServerEntry entry, DateTimeOffset now)
    {
        if (entry.Connections.Gate is not { } gate)
        {
            return null;
        }

        var facts = gate.Facts;
        var (total, failed, answers, seconds) = (0L, 0L, 0.0, 0.0);
        foreach (var endpoint in entry.Connections.Endpoints)
        {
            var timed = endpoint.Load.Timed;
            total += endpoint.Load.Total;
            failed += endpoint.Load.Failed;
            answers += timed.Answers;
            seconds += timed.Seconds;
        }

        var queue = new RequestQueueSnapshot
        {
            ServerId = entry.Server.Id,
            Instance = name.Value,
            SeenAt = now,
            MaxSize = facts.MaxQueued,
            ProcessingTimeout = policies.WholeOf(entry.Server),
            PriorityLevels = Priorities,
            CurrentSize = facts.Waiting,
            ProcessingCount = facts.Running,
            IsAccepting = entry.Server is { Enabled: true, InMaintenance: false } && facts.HasRoom,
            LastProcessed = facts.LastLetIn,
            TotalEnqueued = facts.Enqueued,
            TotalProcessed = total,
            TotalTimeouts = facts.TimedOut,
            TotalErrors = failed,
            AverageProcessingMilliseconds = answers > 0 ? FactNumbers.Milliseconds(TimeSpan.FromSeconds(seconds / answers)) : null,
            AverageWaitMilliseconds = FactNumbers.Milliseconds(facts.MeanWait),
        };
        return new ServerFacts(queue, entry.Connections.DescribePools(name.Value, now));
    }
}
