using McpRegistry.EntityFrameworkCore.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]
