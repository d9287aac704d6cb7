using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>How the registry treats its database.</summary>
public sealed class DatabaseStorageOptions
{
    /// <summary>
    /// Gets or sets a value that tells whether the schema is created and upgraded at start. Default true. Switch it off
    /// where migrations are applied by hand; the start then only checks that the schema is whole, and fails if it is not.
    /// </summary>
    public bool MigrateAtStart { get; set; } = true;

    /// <summary>Gets or sets how often the start tries a database that is not up. Default 30, 1 to 1,000.</summary>
    [Range(1, 1000)]
    public int ConnectAttempts { get; set; } = 30;

    /// <summary>
    /// Gets or sets the wait after the first failed try, of the start and of the change feed's listener; it doubles up to
    /// <see cref="LongestDelay"/>. Default 200 ms.
    /// </summary>
    [TimeRange("00:00:00", "00:10:00")]
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets or sets the longest wait between two tries. Default 5 seconds.</summary>
    [TimeRange("00:00:00", "00:10:00")]
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how often the change feed looks for changes that no signal told of, 50 ms to 10 minutes. Null (the
    /// default) for 5 seconds on PostgreSQL, where it only covers a lost notification, and half a second on SQLite, where it is
    /// how another process on the same file is noticed.
    /// </summary>
    [TimeRange("00:00:00.050", "00:10:00")]
    public TimeSpan? ChangePollInterval { get; set; }

    /// <summary>
    /// Gets or sets how long changes are kept for a replica that cannot read them, up to 30 days. Default 1 hour. One that
    /// comes back later loads everything anew.
    /// </summary>
    [TimeRange("00:00:00", "30.00:00:00")]
    public TimeSpan ChangeRetention { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Gets or sets how many changes are kept at most, give or take a tenth. Default 100,000, 10 to 100,000,000.
    /// </summary>
    [Range(10, 100_000_000)]
    public int ChangeCapacity { get; set; } = 100_000;
}
