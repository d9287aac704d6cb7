using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class InMemoryServerStoreTests(InMemoryStorage storage) : ServerStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryApiKeyStoreTests(InMemoryStorage storage) : ApiKeyStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryRevisionStoreTests(InMemoryStorage storage) : RevisionStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class InMemoryChangeFeedTests(InMemoryStorage storage) : ChangeFeedSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteServerStoreTests(SqliteStorage storage) : ServerStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteApiKeyStoreTests(SqliteStorage storage) : ApiKeyStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteRevisionStoreTests(SqliteStorage storage) : RevisionStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class SqliteChangeFeedTests(SqliteStorage storage) : ChangeFeedSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlServerStoreTests(PostgreSqlStorage storage) : ServerStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlApiKeyStoreTests(PostgreSqlStorage storage) : ApiKeyStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlRevisionStoreTests(PostgreSqlStorage storage) : RevisionStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class PostgreSqlChangeFeedTests(PostgreSqlStorage storage) : ChangeFeedSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class InMemoryStorageHealthTests(InMemoryStorage storage) : StorageHealthSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteStorageHealthTests(SqliteStorage storage) : StorageHealthSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlStorageHealthTests(PostgreSqlStorage storage) : StorageHealthSuite(storage), IClassFixture<PostgreSqlStorage>;
