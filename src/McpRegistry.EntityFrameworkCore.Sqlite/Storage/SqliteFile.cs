using Microsoft.Data.Sqlite;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Storage;

/// <summary>Checks and completes a connection string.</summary>
internal static class SqliteFile
{
    public static SqliteConnectionStringBuilder Parse(string connectionString)
    {
        var connection = new SqliteConnectionStringBuilder(connectionString);
        if (connection.Mode == SqliteOpenMode.Memory
            || connection.DataSource.Length == 0
            || string.Equals(connection.DataSource, ":memory:", StringComparison.Ordinal))
        {
            throw new ArgumentException(
                "The connection string names no file, and every pooled connection would have a database of its own. "
                + "Name a file (Data Source=registry.db) or call UseInMemory().",
                nameof(connectionString));
        }

        // Deleting a server relies on the cascade, so the host cannot switch it off.
        connection.ForeignKeys = true;
        return connection;
    }

    /// <summary>Tells whether the source is a path, not a URI that only SQLite can read.</summary>
    public static bool IsPath(SqliteConnectionStringBuilder connection) =>
        !connection.DataSource.StartsWith("file:", StringComparison.OrdinalIgnoreCase);

    public static void CreateFolder(SqliteConnectionStringBuilder connection)
    {
        if (connection.Mode == SqliteOpenMode.ReadWriteCreate
            && IsPath(connection)
            && Path.GetDirectoryName(Path.GetFullPath(connection.DataSource)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }
    }
}
