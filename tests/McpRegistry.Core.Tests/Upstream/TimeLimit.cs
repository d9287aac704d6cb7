namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Bounds tests of what waits for another side: broken code must fail them and not keep them waiting.</summary>
internal static class TimeLimit
{
    /// <summary>Milliseconds; far more than a busy machine needs.</summary>
    public const int OfATest = 120_000;
}
