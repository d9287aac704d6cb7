using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Repository.Tests.Keys;

public sealed class SqliteKeyContractTests() : KeyContractTests(
    static (builder, folder) => builder.UseSqlite($"Data Source={Path.Combine(folder, "registry.db")}"));
