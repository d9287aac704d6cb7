namespace McpRegistry.Routing.Conditions;

/// <summary>How a condition compares.</summary>
[Flags]
internal enum RouteOperators
{
    None = 0,
    Equals = 1 << 0,
    NotEquals = 1 << 1,
    In = 1 << 2,
    NotIn = 1 << 3,
    Contains = 1 << 4,
    StartsWith = 1 << 5,
    EndsWith = 1 << 6,
    Regex = 1 << 7,
    Cidr = 1 << 8,
    Gt = 1 << 9,
    Lt = 1 << 10,
}
