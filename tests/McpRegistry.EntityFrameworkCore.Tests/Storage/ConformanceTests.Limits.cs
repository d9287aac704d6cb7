using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class InMemoryQuotaStoreTests(InMemoryStorage storage) : QuotaStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteQuotaStoreTests(SqliteStorage storage) : QuotaStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlQuotaStoreTests(PostgreSqlStorage storage) : QuotaStoreSuite(storage), IClassFixture<PostgreSqlStorage>;

public sealed class InMemoryAuditSinkStoreTests(InMemoryStorage storage) : AuditSinkStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteAuditSinkStoreTests(SqliteStorage storage) : AuditSinkStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlAuditSinkStoreTests(PostgreSqlStorage storage) : AuditSinkStoreSuite(storage), IClassFixture<PostgreSqlStorage>;
