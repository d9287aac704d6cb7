namespace McpRegistry.Analytics;

/// <summary>Rounds as the databases round: two decimals, halves away from zero.</summary>
internal static class Rounding
{
    private const int Decimals = 2;

    public static decimal? Round(double? value) => value is { } number ? Round((decimal)number) : null;

    /// <summary>Gets a share as a percentage; null of nothing.</summary>
    public static decimal? Percentage(long part, long whole) => whole == 0 ? null : Round(100m * part / whole);

    /// <summary>Interpolates between the two values beside the place, as percentile_cont of SQL does; null of nothing.</summary>
    public static decimal? Percentile(double[] sorted, double fraction)
    {
        if (sorted.Length == 0)
        {
            return null;
        }

        var place = fraction * (sorted.Length - 1);
        var before = (int)place;
        var after = Math.Min(before + 1, sorted.Length - 1);
        return Round(sorted[before] + ((place - before) * (sorted[after] - sorted[before])));
    }

    private static decimal Round(decimal value) => Math.Round(value, Decimals, MidpointRounding.AwayFromZero);
}
