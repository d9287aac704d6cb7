using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class InMemoryTenantStoreTests(InMemoryStorage storage) : TenantStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteTenantStoreTests(SqliteStorage storage) : TenantStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlTenantStoreTests(PostgreSqlStorage storage) : TenantStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class InMemoryUserStoreTests(InMemoryStorage storage) : UserStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteUserStoreTests(SqliteStorage storage) : UserStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlUserStoreTests(PostgreSqlStorage storage) : UserStoreSuite(storage), IClassFixture<PostgreSqlStorage>;
