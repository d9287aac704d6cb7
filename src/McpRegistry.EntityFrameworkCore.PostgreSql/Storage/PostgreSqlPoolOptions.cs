using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>One pool of connections. The defaults given here are those of a pool that a host creates itself.</summary>
public sealed class PostgreSqlPoolOptions
{
    /// <summary>
    /// Gets or sets the most connections, 1 to 1,000; they are opened as they are needed. Default 20. The size at start
    /// where <see cref="PostgreSqlPoolScalingOptions"/> is on.
    /// </summary>
    [Range(1, 1000)]
    public int Size { get; set; } = 20;

    /// <summary>
    /// Gets or sets how long a caller waits for a connection, 1 second to 10 minutes. Default 15 seconds. Whole seconds;
    /// parts of one are rounded up, here and below.
    /// </summary>
    [TimeRange("00:00:01", "00:10:00")]
    public TimeSpan AcquireTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets how long a command may run, 1 second to 24 hours. Default 1 minute.</summary>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how long an unused connection stays open, 1 second to 24 hours. Default 5 minutes.</summary>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan IdleLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets or sets the age at which a connection is closed when it is returned, 1 second to 7 days; null for never.
    /// Default 1 hour. It lets a moved database or a new replica behind a balancer be found.
    /// </summary>
    [TimeRange("00:00:01", "7.00:00:00")]
    public TimeSpan? MaxAge { get; set; } = TimeSpan.FromHours(1);
}
