using System.Runtime.CompilerServices;

namespace McpRegistry.Storage;

/// <summary>The size that a page may have in every store.</summary>
internal static class PageSize
{
    public const int Largest = 1000;

    /// <exception cref="ArgumentOutOfRangeException">The limit is not 1 to 1,000.</exception>
    public static void Check(int limit, [CallerArgumentExpression(nameof(limit))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, Largest, name);
    }
}
