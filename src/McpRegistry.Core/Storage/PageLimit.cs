using System.Runtime.CompilerServices;

namespace McpRegistry.Storage;

/// <summary>The size that a page may have in every store.</summary>
internal static class PageLimit
{
    public const int Largest = 1000;

    public static void Require(int limit, [CallerArgumentExpression(nameof(limit))] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, Largest, name);
    }
}
