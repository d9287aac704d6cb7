namespace McpRegistry.SoakDrill;

/// <summary>What one client does, by its number: all combinations come soon, and as often as each other.</summary>
internal sealed record ClientPlan(int Number)
{
    private static readonly Manner[] Vanishing =
    [
        Manner.IsReset, Manner.FallsSilent, Manner.IsResetWithACall, Manner.FallsSilent,
    ];

    /// <summary>Gets how it goes; every second one vanishes.</summary>
    public Manner Manner => Number % 2 == 0 ? Manner.Ends : Vanishing[Number / 2 % Vanishing.Length];

    public bool Vanishes => Manner != Manner.Ends;

    /// <summary>Gets the endpoint; null is the merged one.</summary>
    public string? Alias => (Number / 4 % 3) switch { 0 => null, 1 => DrillUpstreams.Old, _ => DrillUpstreams.New };

    /// <summary>Gets whether a legacy client opens its GET stream and subscribes; a modern one always does.</summary>
    public bool HasStream => Number / 12 % 2 == 0;

    /// <summary>Gets the server that it calls and whose resource it watches.</summary>
    public string Server => Alias ?? (Number / 24 % 2 == 0 ? DrillUpstreams.Old : DrillUpstreams.New);

    /// <summary>Gets the resource that it watches.</summary>
    public string Resource => DrillUpstreams.ResourceOf(Server);

    /// <summary>Names a tool of its server as it is named at its endpoint.</summary>
    public string Tool(string name) => Alias is null ? $"{Server}__{name}" : name;
}
