namespace McpRegistry.AccessControl;

/// <summary>What the rules say at one time: a state of them, and what the clock makes of it.</summary>
internal readonly record struct AccessMoment(AccessTable Table, DateTimeOffset At)
{
    public bool Allows(AccessRequest request) => Table.Decide(request with { At = At }).IsAllowed;
}
