namespace McpRegistry.Balancing;

/// <summary>
/// Judges an endpoint by its calls. Each state is left at a better measure than it is entered at, and a bad one for a time at least, so that none
/// flickers. Written under a lock.
/// </summary>
internal sealed class EndpointHealth(BalancingOptions options)
{
    private EndpointCondition _condition;
    private long _until;

    /// <summary>Returns the condition; an unhealthy endpoint is on trial when its time is over.</summary>
    public EndpointCondition At(TimeSpan now) => _condition == EndpointCondition.Unhealthy && IsOver(now) ? EndpointCondition.Degraded : _condition;

    /// <summary>Returns when an unhealthy endpoint comes on trial; null for one that does not wait for that.</summary>
    public TimeSpan? TrialAfter(TimeSpan now) =>
        _condition == EndpointCondition.Unhealthy && !IsOver(now) ? TimeSpan.FromTicks(Volatile.Read(ref _until)) : null;

    /// <summary>Tells whether the next call is the first of a trial, before which nothing of what was measured counts any more.</summary>
    public bool BeginTrial(TimeSpan now)
    {
        if (_condition != EndpointCondition.Unhealthy || !IsOver(now))
        {
            return false;
        }

        _condition = EndpointCondition.Degraded;
        return true;
    }

    /// <summary>Judges anew after a call.</summary>
    /// <param name="now">The time.</param>
    /// <param name="facts">What was measured.</param>
    /// <returns>True when the endpoint has become unhealthy.</returns>
    public bool Judge(TimeSpan now, DecayingFacts facts)
    {
        if (facts.Calls(now) < options.HealthMinCalls)
        {
            return false;
        }

        var was = _condition;
        var (failures, latency) = (1 - facts.SuccessRate(now), facts.MeanLatency(now));
        _condition = failures >= options.UnhealthyFailures ? EndpointCondition.Unhealthy
            : was == EndpointCondition.Unhealthy && failures >= options.UnhealthyFailures / 2 ? EndpointCondition.Unhealthy
            : failures >= options.DegradedFailures || latency >= options.DegradedLatency ? EndpointCondition.Degraded
            : was != EndpointCondition.Healthy && (failures >= options.DegradedFailures / 2 || latency >= options.DegradedLatency * 0.8) ? EndpointCondition.Degraded
            : EndpointCondition.Healthy;
        if (_condition != EndpointCondition.Unhealthy || was == EndpointCondition.Unhealthy)
        {
            return false;
        }

        Volatile.Write(ref _until, (now + options.UnhealthyTime).Ticks);
        return true;
    }

    private bool IsOver(TimeSpan now) => now.Ticks >= Volatile.Read(ref _until);
}
