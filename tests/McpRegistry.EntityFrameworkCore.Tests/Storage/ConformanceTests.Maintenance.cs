using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class InMemoryRetentionPolicyStoreTests(InMemoryStorage storage) : RetentionPolicyStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryMaterializedViewStoreTests(InMemoryStorage storage) : MaterializedViewStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteRetentionPolicyStoreTests(SqliteStorage storage) : RetentionPolicyStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteMaterializedViewStoreTests(SqliteStorage storage) : MaterializedViewStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlRetentionPolicyStoreTests(PostgreSqlStorage storage) : RetentionPolicyStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlMaterializedViewStoreTests(PostgreSqlStorage storage) : MaterializedViewStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class InMemoryRetentionTargetTests(InMemoryStorage storage) : RetentionTargetSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryMaterializedViewsTests(InMemoryStorage storage) : MaterializedViewsSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryDatabaseUpkeepTests(InMemoryStorage storage) : DatabaseUpkeepSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteRetentionTargetTests(SqliteStorage storage) : RetentionTargetSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteMaterializedViewsTests(SqliteStorage storage) : MaterializedViewsSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteDatabaseUpkeepTests(SqliteStorage storage) : DatabaseUpkeepSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlRetentionTargetTests(PostgreSqlStorage storage) : RetentionTargetSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlMaterializedViewsTests(PostgreSqlStorage storage) : MaterializedViewsSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlDatabaseUpkeepTests(PostgreSqlStorage storage) : DatabaseUpkeepSuite(storage), IClassFixture<PostgreSqlStorage>;
