using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>How pools grow and shrink by their use. Utilisation is connections in use divided by the size, 0 to 1.</summary>
public sealed class PostgreSqlPoolScalingOptions
{
    /// <summary>Gets or sets a value that tells whether sizes change at all. Default true. Pools are sampled either way.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets how often the use of a pool is recorded, 1 second to 1 hour. Default 30 seconds.</summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan SampleInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many samples of a pool are kept, 10 to 100,000. Default 1,440, which is 12 hours.</summary>
    [Range(10, 100_000)]
    public int HistoryLength { get; set; } = 1440;

    /// <summary>Gets or sets the time that a decision looks back, 1 minute to 24 hours. Default 10 minutes.</summary>
    [TimeRange("00:01:00", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Gets or sets the change of utilisation from one sample to the next, by least squares over the window, above which
    /// use is rising, and below whose negative it is falling; 0.0001 to 1. Default 0.01. With fewer than five samples it is
    /// neither.
    /// </summary>
    [Range(0.0001, 1)]
    public double TrendSlope { get; set; } = 0.01;

    /// <summary>
    /// Gets or sets the utilisation that one sample of the window must exceed for a pool to grow while use is not falling;
    /// 0.1 to 1. Default 0.8.
    /// </summary>
    [Range(0.1, 1)]
    public double HighUtilisation { get; set; } = 0.8;

    /// <summary>
    /// Gets or sets the average utilisation of the window above which a pool grows while use is rising; 0.1 to 1. Default
    /// 0.72.
    /// </summary>
    [Range(0.1, 1)]
    public double HighAverage { get; set; } = 0.72;

    /// <summary>
    /// Gets or sets the utilisation below which every sample of the window must be for a pool to shrink while use is not
    /// rising; 0 (never) to 0.9. Default 0.3.
    /// </summary>
    [Range(0, 0.9)]
    public double LowUtilisation { get; set; } = 0.3;

    /// <summary>Gets or sets by how many connections a pool grows, 1 to 1,000. Default 5.</summary>
    [Range(1, 1000)]
    public int GrowBy { get; set; } = 5;

    /// <summary>
    /// Gets or sets the size above which no pool grows, 1 to 1,000. Default 100. A pool also never grows by more than the
    /// server, or the database's own limit, has connections left.
    /// </summary>
    [Range(1, 1000)]
    public int MaxSize { get; set; } = 100;

    /// <summary>Gets or sets by how many connections a pool shrinks, 1 to 1,000. Default 2.</summary>
    [Range(1, 1000)]
    public int ShrinkBy { get; set; } = 2;

    /// <summary>Gets or sets the size below which no pool shrinks, 1 to 1,000. Default 5.</summary>
    [Range(1, 1000)]
    public int MinSize { get; set; } = 5;

    /// <summary>Gets or sets how long a changed pool does not grow, up to 24 hours. Default 5 minutes.</summary>
    [TimeRange("00:00:00", "1.00:00:00")]
    public TimeSpan GrowCoolDown { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how long a new or changed pool does not shrink, up to 24 hours. Default 10 minutes.</summary>
    [TimeRange("00:00:00", "1.00:00:00")]
    public TimeSpan ShrinkCoolDown { get; set; } = TimeSpan.FromMinutes(10);
}
