namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>The size that a page may have in every store.</summary>
internal static class PageLimit
{
    public const int Largest = 1000;

    public static void Require(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, Largest);
    }
}
