using System.Collections.Immutable;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>
/// The functions and views, each a file of its own that a migration runs. A released file never changes: the next version
/// of an object is a new file and a new migration.
/// </summary>
internal static class DatabaseObjects
{
    /// <summary>Gets the functions, in the order in which they are created.</summary>
    public static ImmutableArray<string> Functions { get; } =
    [
        "get_server_health_summary",
        "get_request_performance_summary",
        "get_tenant_usage_summary",
        "get_tenant_inventory",
    ];

    /// <summary>Gets the views, in the order in which they are created.</summary>
    public static ImmutableArray<string> Views { get; } =
        ["database_size_summary", "database_size_total", "index_usage_summary", "performance_monitoring"];

    public static IEnumerable<string> Names => Functions.Concat(Views);

    public static string ReadCreate(string name)
    {
        using var stream = typeof(DatabaseObjects).Assembly.GetManifestResourceStream($"{name}.sql")
            ?? throw new InvalidOperationException($"The package lacks {name}.sql.");
        using var reader = new StreamReader(stream);

        // The bodies are parsed when they are created, so that they name their tables whatever the search path of a caller
        // is. The driver would split them at their semicolons; inside the quotes it does not look.
        return $"DO $create$ BEGIN\n{reader.ReadToEnd()}END $create$;";
    }

    public static string WriteDrop(string name) => $"DROP {(Functions.Contains(name, StringComparer.Ordinal) ? "FUNCTION" : "VIEW")} {name};";
}
