using System.Text.RegularExpressions;
using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>Reads the migrations of PostgreSQL: none may lock a table that others write to while it builds an index.</summary>
public sealed partial class MigrationRuleTests
{
    private const string Provider = "Npgsql.EntityFrameworkCore.PostgreSQL";

    [Fact]
    public void Migrations_IndexesOfExistingTables_AreBuiltConcurrentlyAndAlone()
    {
        var options = new DbContextOptionsBuilder<RegistryDbContext>();
        PostgreSqlDatabaseProvider.Configure(options, "Host=nowhere");
        using var context = new RegistryDbContext(options.Options);
        var assembly = context.GetService<IMigrationsAssembly>();

        var faults = assembly.Migrations.SelectMany(pair => FindFaults(assembly.CreateMigration(pair.Value, Provider).UpOperations)
            .Select(fault => $"{pair.Key}: {fault}"));

        Assert.True(assembly.Migrations.Count >= 5);
        Assert.Empty(faults);
    }

    [Fact]
    public void FindFaults_OfBadMigrations_NamesEachIndex()
    {
        Assert.Equal(["a locks old"], Faults(migration => migration.CreateIndex("a", "old", "x")));
        Assert.Equal(["b locks old"], Faults(migration => migration.Sql("CREATE UNIQUE INDEX b ON old (x)")));
        Assert.Equal(["c locks old"], Faults(migration => migration.Sql("CREATE INDEX CONCURRENTLY c ON old (x)")));
        Assert.Equal(
            ["something else stands beside d"],
            Faults(migration =>
            {
                migration.Sql("UPDATE old SET x = 1");
                migration.CreateIndexConcurrently("d", "old", ["x"]);
            }));
        Assert.Empty(Faults(migration => migration.CreateIndexConcurrently("e", "old", ["x"])));
        Assert.Empty(Faults(migration =>
        {
            migration.CreateTable("fresh", table => new { x = table.Column<int>() });
            migration.CreateIndex("f", "fresh", "x");
            migration.Sql("CREATE INDEX g ON fresh (x)");
        }));
    }

    private static IEnumerable<string> Faults(Action<MigrationBuilder> up)
    {
        var migration = new MigrationBuilder(Provider);
        up(migration);
        return FindFaults(migration.Operations);
    }

    private static IEnumerable<string> FindFaults(IReadOnlyList<MigrationOperation> operations)
    {
        var created = operations.OfType<CreateTableOperation>().Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
        var alone = operations.All(IsConcurrent);
        foreach (var (name, table, operation) in operations.SelectMany(ReadIndexes))
        {
            if (!IsConcurrent(operation) && !created.Contains(table))
            {
                yield return $"{name} locks {table}";
            }
            else if (IsConcurrent(operation) && !alone)
            {
                yield return $"something else stands beside {name}";
            }
        }
    }

    private static IEnumerable<(string Name, string Table, MigrationOperation Operation)> ReadIndexes(MigrationOperation operation) =>
        operation switch
        {
            CreateIndexOperation index => [(index.Name, index.Table, operation)],
            SqlOperation sql => CreateIndex().Matches(sql.Sql)
                .Select(match => (match.Groups["name"].Value, match.Groups["table"].Value, operation)),
            _ => [],
        };

    private static bool IsConcurrent(MigrationOperation operation) => operation switch
    {
        CreateIndexOperation index => index.FindAnnotation(ConcurrentIndexes.Annotation) is { Value: true },
        SqlOperation sql => sql.SuppressTransaction && sql.Sql.Contains(" INDEX CONCURRENTLY ", StringComparison.Ordinal),
        _ => false,
    };

    [GeneratedRegex("""CREATE\s+(UNIQUE\s+)?INDEX\s+(CONCURRENTLY\s+)?(IF\s+NOT\s+EXISTS\s+)?"?(?<name>\w+)"?\s+ON\s+"?(?<table>\w+)""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CreateIndex();
}
