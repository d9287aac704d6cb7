namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>Recommends the size of a pool by its recent use.</summary>
internal sealed class PoolSizing(PostgreSqlPoolScalingOptions options)
{
    private const int SamplesOfATrend = 5;

    // Steps of exactly the threshold add up to a hair more than it, since hundredths have no exact binary form.
    private const double Rounding = 1e-9;

    /// <summary>Tells the size that a pool should have; the present one when it should stay.</summary>
    /// <param name="size">The present size.</param>
    /// <param name="window">The samples to decide by, oldest first.</param>
    public int Recommend(int size, IReadOnlyList<PoolSample> window)
    {
        if (window.Count == 0)
        {
            return size;
        }

        var highest = window.Max(sample => sample.Utilisation);
        var average = window.Average(sample => sample.Utilisation);
        var slope = window.Count < SamplesOfATrend ? 0 : Slope(window);
        var rising = slope > options.TrendSlope + Rounding;
        var falling = slope < -options.TrendSlope - Rounding;
        if ((highest > options.HighUtilisation && !falling) || (average > options.HighAverage + Rounding && rising))
        {
            return Math.Max(size, Math.Min(size + options.GrowBy, options.MaxSize));
        }

        return highest < options.LowUtilisation && !rising
            ? Math.Min(size, Math.Max(size - options.ShrinkBy, options.MinSize))
            : size;
    }

    /// <summary>The slope of the straight line through the samples with the least squares, per sample.</summary>
    private static double Slope(IReadOnlyList<PoolSample> window)
    {
        var middle = (window.Count - 1) / 2.0;
        var average = window.Average(sample => sample.Utilisation);
        double together = 0;
        double squares = 0;
        for (var i = 0; i < window.Count; i++)
        {
            together += (i - middle) * (window[i].Utilisation - average);
            squares += (i - middle) * (i - middle);
        }

        return together / squares;
    }
}
