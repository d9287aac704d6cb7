using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class InMemoryAccessRuleStoreTests(InMemoryStorage storage) : AccessRuleStoreSuite(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteAccessRuleStoreTests(SqliteStorage storage) : AccessRuleStoreSuite(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlAccessRuleStoreTests(PostgreSqlStorage storage) : AccessRuleStoreSuite(storage), IClassFixture<PostgreSqlStorage>;
