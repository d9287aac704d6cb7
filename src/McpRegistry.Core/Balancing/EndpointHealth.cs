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
    /// <param name="refused">The part of calls that it refuses and another endpoint would take.</param>
    /// <returns>True when the endpoint has become unhealthy.</returns>
    public bool Judge(TimeSpan now, DecayingFacts facts, double refused)
    {
        // Who refuses nearly all calls has few others to be judged by.
        var was = _condition;
        var measured = facts.Calls(now) < options.HealthMinCalls ? was : ByMeasure(was, 1 - facts.SuccessRate(now), facts.MeanLatency(now));
        _condition = Worse(measured, ByRefusals(was, refused));
        if (_condition != EndpointCondition.Unhealthy || was == EndpointCondition.Unhealthy)
        {
            return false;
        }

        Volatile.Write(ref _until, (now + options.UnhealthyTime).Ticks);
        return true;
    }

    private EndpointCondition ByMeasure(EndpointCondition was, double failures, TimeSpan latency) =>
        failures >= options.UnhealthyFailures ? EndpointCondition.Unhealthy
        : was == EndpointCondition.Unhealthy && failures >= options.UnhealthyFailures / 2 ? EndpointCondition.Unhealthy
        : failures >= options.DegradedFailures || latency >= options.DegradedLatency ? EndpointCondition.Degraded
        : was != EndpointCondition.Healthy && (failures >= options.DegradedFailures / 2 || latency >= options.DegradedLatency * 0.8) ? EndpointCondition.Degraded
        : EndpointCondition.Healthy;

    private EndpointCondition ByRefusals(EndpointCondition was, double refused) =>
        refused >= options.UnhealthyRefusals ? EndpointCondition.Unhealthy
        : was == EndpointCondition.Unhealthy && refused >= options.UnhealthyRefusals / 2 ? EndpointCondition.Unhealthy
        : refused >= options.DegradedRefusals ? EndpointCondition.Degraded
        : was != EndpointCondition.Healthy && refused >= options.DegradedRefusals / 2 ? EndpointCondition.Degraded
        : EndpointCondition.Healthy;

    private static EndpointCondition Worse(EndpointCondition one, EndpointCondition other) => one > other ? one : other;

    private bool IsOver(TimeSpan now) => now.Ticks >= Volatile.Read(ref _until);
}
