using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class InMemoryAccessRuleStoreTests(InMemoryStorage storage) : AccessRuleStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryRoutingRuleStoreTests(InMemoryStorage storage) : RoutingRuleStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryCircuitBreakerStoreTests(InMemoryStorage storage) : CircuitBreakerStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryConnectionPoolStoreTests(InMemoryStorage storage) : ConnectionPoolStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryRequestQueueStoreTests(InMemoryStorage storage) : RequestQueueStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryPerformanceAlertStoreTests(InMemoryStorage storage) : PerformanceAlertStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteAccessRuleStoreTests(SqliteStorage storage) : AccessRuleStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteRoutingRuleStoreTests(SqliteStorage storage) : RoutingRuleStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteCircuitBreakerStoreTests(SqliteStorage storage) : CircuitBreakerStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteConnectionPoolStoreTests(SqliteStorage storage) : ConnectionPoolStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteRequestQueueStoreTests(SqliteStorage storage) : RequestQueueStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqlitePerformanceAlertStoreTests(SqliteStorage storage) : PerformanceAlertStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlAccessRuleStoreTests(PostgreSqlStorage storage) : AccessRuleStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlRoutingRuleStoreTests(PostgreSqlStorage storage) : RoutingRuleStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlCircuitBreakerStoreTests(PostgreSqlStorage storage) : CircuitBreakerStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlConnectionPoolStoreTests(PostgreSqlStorage storage) : ConnectionPoolStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlRequestQueueStoreTests(PostgreSqlStorage storage) : RequestQueueStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlPerformanceAlertStoreTests(PostgreSqlStorage storage) : PerformanceAlertStoreSuite(storage), IClassFixture<PostgreSqlStorage>;
