using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class InMemoryDiscoveryTests(InMemoryStorage storage) : DiscoverySuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteDiscoveryTests(SqliteStorage storage) : DiscoverySuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlDiscoveryTests(PostgreSqlStorage storage) : DiscoverySuite(storage), IClassFixture<PostgreSqlStorage>;
