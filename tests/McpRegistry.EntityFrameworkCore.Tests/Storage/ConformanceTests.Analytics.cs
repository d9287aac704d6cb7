using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class InMemoryAnalyticsConformanceTests(InMemoryStorage storage) : AnalyticsSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteAnalyticsConformanceTests(SqliteStorage storage) : AnalyticsSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlAnalyticsConformanceTests(PostgreSqlStorage storage) : AnalyticsSuite(storage), IClassFixture<PostgreSqlStorage>;
