using System.ComponentModel.DataAnnotations;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>How the registry treats its database.</summary>
public sealed class DatabaseStorageOptions
{
    /// <summary>
    /// Gets or sets a value that tells whether the schema is created and upgraded at start. Default true. Switch it off
    /// where migrations are applied by hand; the host then fails at its first query if one is missing.
    /// </summary>
    public bool MigrateAtStart { get; set; } = true;

    /// <summary>Gets or sets how often the start tries a database that is not up. Default 30, 1 to 1,000.</summary>
    [Range(1, 1000)]
    public int ConnectAttempts { get; set; } = 30;

    /// <summary>Gets or sets the wait after the first failed try; it doubles up to <see cref="LongestDelay"/>. Default 200 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets or sets the longest wait between two tries. Default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(5);
}
