namespace McpRegistry.Balancing;

/// <summary>
/// Judges an endpoint by its calls. Each state is left at a better measure than it is entered at, and a bad one for a time at least, so that none
/// flickers. Written under a lock.
/// </summary>
internal sealed class EndpointHealth(BalancingOptions options)
{
    /// <summary>What answers and failures say, and what refusals say: each is entered and left by its own, so that too few of the one hold nothing up that the other has ended.</summary>
    private EndpointCondition _measured;
    private EndpointCondition _byRefusals;
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

        (_measured, _byRefusals) = (OnTrial(_measured), OnTrial(_byRefusals));
        _condition = EndpointCondition.Degraded;
        return true;
    }

    /// <summary>Judges anew after a call.</summary>
    /// <param name="now">The time.</param>
    /// <param name="facts">What was measured.</param>
    /// <param name="refused">The part of calls that it refuses and another endpoint would take, of all and of several callers; null while too few are known.</param>
    /// <returns>True when the endpoint has become unhealthy.</returns>
    public bool Judge(TimeSpan now, DecayingFacts facts, (double OfAll, double OfSeveral)? refused)
    {
        var was = _condition;
        _measured = facts.Calls(now) < options.HealthMinCalls ? _measured : ByMeasure(_measured, 1 - facts.SuccessRate(now), facts.MeanLatency(now));
        _byRefusals = refused is { } parts ? ByRefusals(_byRefusals, parts.OfAll, parts.OfSeveral) : _byRefusals;
        _condition = _measured > _byRefusals ? _measured : _byRefusals;
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

    private EndpointCondition ByRefusals(EndpointCondition was, double refused, double ofSeveral) =>
        ofSeveral >= options.UnhealthyRefusals ? EndpointCondition.Unhealthy
        : was == EndpointCondition.Unhealthy && ofSeveral >= options.UnhealthyRefusals / 2 ? EndpointCondition.Unhealthy
        : refused >= options.DegradedRefusals ? EndpointCondition.Degraded
        : was != EndpointCondition.Healthy && refused >= options.DegradedRefusals / 2 ? EndpointCondition.Degraded
        : EndpointCondition.Healthy;

    private static EndpointCondition OnTrial(EndpointCondition was) => was == EndpointCondition.Unhealthy ? EndpointCondition.Degraded : was;

    private bool IsOver(TimeSpan now) => now.Ticks >= Volatile.Read(ref _until);
}
