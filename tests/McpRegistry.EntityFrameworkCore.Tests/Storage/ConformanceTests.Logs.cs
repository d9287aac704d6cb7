using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class InMemoryAuditStoreTests(InMemoryStorage storage) : AuditStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryRequestLogStoreTests(InMemoryStorage storage) : RequestLogStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryServerMetricStoreTests(InMemoryStorage storage) : ServerMetricStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryHealthCheckStoreTests(InMemoryStorage storage) : HealthCheckStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryUsageStoreTests(InMemoryStorage storage) : UsageStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteAuditStoreTests(SqliteStorage storage) : AuditStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteRequestLogStoreTests(SqliteStorage storage) : RequestLogStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteServerMetricStoreTests(SqliteStorage storage) : ServerMetricStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteHealthCheckStoreTests(SqliteStorage storage) : HealthCheckStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteUsageStoreTests(SqliteStorage storage) : UsageStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlAuditStoreTests(PostgreSqlStorage storage) : AuditStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlRequestLogStoreTests(PostgreSqlStorage storage) : RequestLogStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlServerMetricStoreTests(PostgreSqlStorage storage) : ServerMetricStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlHealthCheckStoreTests(PostgreSqlStorage storage) : HealthCheckStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlUsageStoreTests(PostgreSqlStorage storage) : UsageStoreSuite(storage), IClassFixture<PostgreSqlStorage>;
