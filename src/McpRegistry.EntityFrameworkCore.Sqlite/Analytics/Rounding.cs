namespace McpRegistry.EntityFrameworkCore.Sqlite.Analytics;

/// <summary>Rounds as PostgreSQL rounds a numeric: halves away from zero.</summary>
internal static class Rounding
{
    private const int Decimals = 2;

    public static decimal Round(decimal value) => Math.Round(value, Decimals, MidpointRounding.AwayFromZero);

    public static decimal? Round(double? value) => value is { } number ? Round((decimal)number) : null;

    /// <summary>Gets a share as a percentage; null of nothing.</summary>
    public static decimal? Percentage(long part, long whole) => whole == 0 ? null : Round(100m * part / whole);
}
