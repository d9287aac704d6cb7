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
