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

public sealed class InMemoryGatewaySessionStoreTests(InMemoryStorage storage) : GatewaySessionStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteGatewaySessionStoreTests(SqliteStorage storage) : GatewaySessionStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlGatewaySessionStoreTests(PostgreSqlStorage storage) : GatewaySessionStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class InMemorySystemConfigStoreTests(InMemoryStorage storage) : SystemConfigStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteSystemConfigStoreTests(SqliteStorage storage) : SystemConfigStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlSystemConfigStoreTests(PostgreSqlStorage storage) : SystemConfigStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class InMemoryTenantIsolationTests(InMemoryStorage storage) : TenantIsolationSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteTenantIsolationTests(SqliteStorage storage) : TenantIsolationSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlTenantIsolationTests(PostgreSqlStorage storage) : TenantIsolationSuite(storage), IClassFixture<PostgreSqlStorage>;
