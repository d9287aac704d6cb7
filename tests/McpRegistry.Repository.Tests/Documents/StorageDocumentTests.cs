using System.Globalization;
using System.Reflection;
using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
using McpRegistry.EntityFrameworkCore.Sqlite.Storage;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.Repository.Tests.Documents;

/// <summary>docs/storage.md names every setting of the connections with its real default.</summary>
public sealed class StorageDocumentTests
{
    private static readonly PostgreSqlConnectionOptions PostgreSql = new();

    [Fact]
    public async Task Connections_EverySetting_IsDescribed()
    {
        var document = await ReadAsync();

        foreach (var options in new object[] { PostgreSql, PostgreSql.Scaling, new SqliteConnectionOptions() })
        {
            Assert.All(
                Settings(options.GetType()),
                setting => Assert.Contains($"| `{setting.Name}` | {Default(setting.GetValue(options))} |", document, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Connections_EverySettingOfAPool_IsDescribedForEachPool()
    {
        var document = await ReadAsync();
        PostgreSqlPoolOptions[] pools = [PostgreSql.Read, PostgreSql.Write, PostgreSql.Analytics, new()];

        Assert.All(
            Settings(typeof(PostgreSqlPoolOptions)),
            setting => Assert.Contains(
                $"| `{setting.Name}` | {string.Join(" | ", pools.Select(pool => Default(setting.GetValue(pool))))} |", document, StringComparison.Ordinal));
    }

    private static Task<string> ReadAsync() =>
        File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "docs", "storage.md"), TestContext.Current.CancellationToken);

    private static IEnumerable<PropertyInfo> Settings(Type options) => options.GetProperties().Where(property => property.CanWrite);

    private static string Default(object? value) => value switch
    {
        null => "none",
        bool flag => flag ? "`true`" : "`false`",
        _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };
}
