using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>
/// Adds indexes to tables that others write to meanwhile. PostgreSQL builds them outside a transaction, so what stands
/// before them in a migration is committed without its history row: a migration has either these or anything else. One
/// that was cut off leaves an invalid index behind; the next try drops it and starts over.
/// </summary>
internal static class ConcurrentIndexes
{
    public const string Annotation = "Npgsql:CreatedConcurrently";

    public static OperationBuilder<CreateIndexOperation> CreateIndexConcurrently(
        this MigrationBuilder migration, string name, string table, string[] columns, string? filter = null)
    {
        migration.DropIndexConcurrently(name);
        return migration.CreateIndex(name, table, columns, filter: filter).Annotation(Annotation, true);
    }

    /// <summary>Adds an index over an expression.</summary>
    /// <param name="migration">The migration.</param>
    /// <param name="name">The index.</param>
    /// <param name="definition">What follows ON.</param>
    public static void CreateIndexConcurrently(this MigrationBuilder migration, string name, string definition)
    {
        migration.DropIndexConcurrently(name);
        migration.Sql($"CREATE INDEX CONCURRENTLY {name} ON {definition};", suppressTransaction: true);
    }

    public static void DropIndexConcurrently(this MigrationBuilder migration, string name) =>
        migration.Sql($"DROP INDEX CONCURRENTLY IF EXISTS {name};", suppressTransaction: true);
}
