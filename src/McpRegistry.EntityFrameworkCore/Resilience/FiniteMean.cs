namespace McpRegistry.EntityFrameworkCore.Resilience;

/// <summary>Refuses a mean that SQLite would keep as null and PostgreSQL would order after all numbers.</summary>
internal static class FiniteMean
{
    public static double? Check(double? mean) =>
        mean is null || double.IsFinite(mean.Value) ? mean : throw new ArgumentException("A mean is no finite number.", nameof(mean));
}
