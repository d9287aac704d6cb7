namespace McpRegistry.Routing.Conditions;

/// <summary>What of a call a condition can look at. Together they are a set.</summary>
[Flags]
internal enum RouteField
{
    None = 0,
    Method = 1 << 0,
    Tool = 1 << 1,
    Prompt = 1 << 2,
    Resource = 1 << 3,
    Server = 1 << 4,
    Tag = 1 << 5,
    Transport = 1 << 6,
    Tenant = 1 << 7,
    User = 1 << 8,
    Role = 1 << 9,
    Key = 1 << 10,
    Address = 1 << 11,
    Header = 1 << 12,
    Time = 1 << 13,
    Day = 1 << 14,
    Size = 1 << 15,
    Argument = 1 << 16,
}
