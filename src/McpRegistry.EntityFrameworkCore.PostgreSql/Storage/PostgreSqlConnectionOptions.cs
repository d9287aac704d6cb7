using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>How the registry connects to PostgreSQL. What is set here replaces the same keywords of the connection string.</summary>
public sealed class PostgreSqlConnectionOptions
{
    /// <summary>Gets the pool for short queries. Size 15, maximum age 2 hours, else the defaults of a pool.</summary>
    [ValidateObjectMembers]
    public PostgreSqlPoolOptions Read { get; } = new() { Size = 15, MaxAge = TimeSpan.FromHours(2) };

    /// <summary>Gets the pool for writes and migrations. Size 10, maximum age 30 minutes, else the defaults of a pool.</summary>
    [ValidateObjectMembers]
    public PostgreSqlPoolOptions Write { get; } = new() { Size = 10, MaxAge = TimeSpan.FromMinutes(30) };

    /// <summary>
    /// Gets the pool for long queries. Size 5, 30 seconds to wait, 5 minutes for a command, maximum age 4 hours, else the
    /// defaults of a pool. The command timeout is also the server's <c>statement_timeout</c>.
    /// </summary>
    [ValidateObjectMembers]
    public PostgreSqlPoolOptions Analytics { get; } = new()
    {
        Size = 5,
        AcquireTimeout = TimeSpan.FromSeconds(30),
        CommandTimeout = TimeSpan.FromMinutes(5),
        MaxAge = TimeSpan.FromHours(4),
    };

    /// <summary>
    /// Gets or sets one pool for everything, in place of the three above. Default null. The command timeout of
    /// <see cref="Analytics"/> still holds for long queries; the server's <c>statement_timeout</c> is then not set.
    /// </summary>
    [ValidateObjectMembers]
    public PostgreSqlPoolOptions? Shared { get; set; }

    /// <summary>
    /// Gets or sets the connection string of a read replica for long queries. Default null, for the database itself. Other
    /// reads always ask the database itself, so that a caller sees what it has just written.
    /// </summary>
    public string? AnalyticsConnectionString { get; set; }

    /// <summary>
    /// Gets or sets how many statements a connection keeps prepared on the server, 0 (off) to 10,000. Default 100. A query
    /// that EF Core repeats takes about half the time when it is prepared.
    /// </summary>
    [Range(0, 10_000)]
    public int MaxAutoPrepare { get; set; } = 100;

    /// <summary>
    /// Gets or sets a value that tells that a pooler in transaction mode, such as PgBouncer, stands in between. Default
    /// false. Nothing is then kept in a server session: no prepared statements, no start-up options (<c>jit</c>,
    /// <c>statement_timeout</c>), no reset when a connection is returned.
    /// </summary>
    public bool TransactionPooler { get; set; }

    /// <summary>Gets how pools grow and shrink by their use.</summary>
    [ValidateObjectMembers]
    public PostgreSqlPoolScalingOptions Scaling { get; } = new();
}
