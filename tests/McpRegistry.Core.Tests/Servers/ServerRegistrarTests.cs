using McpRegistry.Auditing;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Servers;

public sealed class ServerRegistrarTests : IDisposable
{
    private static readonly TenantId Tenant = new(Guid.Parse("11111111-1111-1111-1111-111111111111"));
    private readonly RegistryFixture _fixture = new RegistryFixture()
        .With("Stdio:AllowedCommands:0:Command", "node")
        .With("Stdio:AllowedEnvironmentVariables:0", "TOKEN");

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task RegisterAsync_ValidDefinition_StoresAndTellsSupervisor()
    {
        var result = await RegisterAsync(Remote("io.github.user/weather"));

        Assert.True(result.Succeeded);
        Assert.Equal(7, result.Server.Id.Version);
        Assert.Equal("weather", result.Server.Alias);
        Assert.Equal(ServerOrigin.Api, result.Server.Origin);
        Assert.Equal(_fixture.Clock.GetUtcNow(), result.Server.CreatedAt);
        Assert.Same(result.Server, Assert.Single(_fixture.Supervisor.Saved));
    }

    [Fact]
    public async Task RegisterAsync_InvalidDefinition_WritesNothing()
    {
        var result = await RegisterAsync(new ServerDefinition());

        Assert.Equal(ServerWriteOutcome.Invalid, result.Outcome);
        Assert.Equal(2, result.Faults.Length);
        Assert.Equal(0, _fixture.Store.Writes);
    }

    [Fact]
    public async Task RegisterAsync_TakenAlias_IsConflict()
    {
        await RegisterAsync(Remote("weather"));

        var result = await RegisterAsync(Remote("other/weather"));

        Assert.Equal(ServerWriteOutcome.Conflict, result.Outcome);
        Assert.Equal("alias", result.ConflictField);
    }

    [Fact]
    public async Task RegisterAsync_AliasOfGlobalServer_IsRefusedToTenant()
    {
        await RegisterAsync(Remote("weather"));

        var result = await _fixture.Registrar.RegisterAsync(Tenant, Remote("mine/weather"), AuditActor.System, CancellationToken.None);

        Assert.Equal("alias", result.ConflictField);
        Assert.Single(_fixture.Store.Rows);
    }

    [Fact]
    public async Task UpdateAsync_ChangedDefinition_KeepsIdAndEndpointId()
    {
        var first = (await RegisterAsync(Remote("weather"))).Server!;
        _fixture.Clock.Advance(TimeSpan.FromMinutes(1));
        var definition = Remote("weather");
        definition.Description = "new";

        var second = (await UpdateAsync(first.Id, definition)).Server!;

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.Endpoints[0].Id, second.Endpoints[0].Id);
        Assert.Equal(first.CreatedAt, second.CreatedAt);
        Assert.Equal(2, second.Version);
        Assert.Equal(2, _fixture.Supervisor.Saved.Count);
    }

    [Fact]
    public async Task UpdateAsync_SameDefinition_WritesNothing()
    {
        var first = (await RegisterAsync(Remote("weather"))).Server!;
        _fixture.Clock.Advance(TimeSpan.FromMinutes(1));

        var second = await UpdateAsync(first.Id, Remote("weather"));

        Assert.Same(first, second.Server);
        Assert.Equal(1, _fixture.Store.Writes);
    }

    [Fact]
    public async Task UpdateAsync_OldVersion_IsStale()
    {
        var first = (await RegisterAsync(Remote("weather"))).Server!;
        await UpdateAsync(first.Id, Remote("weather 2"));

        var result = await _fixture.Registrar.UpdateAsync(TenantId.Global, first.Id, Remote("weather 3"), 1, AuditActor.System, CancellationToken.None);

        Assert.Equal(ServerWriteOutcome.Stale, result.Outcome);
    }

    [Fact]
    public async Task UpdateAsync_LostRaceWithoutVersion_TriesAgain()
    {
        var first = (await RegisterAsync(Remote("weather"))).Server!;
        _fixture.Store.BeforeUpdate = () => _fixture.Store.Put(first with { Description = "theirs", Version = 2 });

        var result = await UpdateAsync(first.Id, Remote("mine"));

        Assert.Equal(3, result.Server!.Version);
        Assert.Null(result.Server.Description);
    }

    [Fact]
    public async Task UpdateAsync_LostRaceWithVersion_IsStale()
    {
        var first = (await RegisterAsync(Remote("weather"))).Server!;
        _fixture.Store.BeforeUpdate = () => _fixture.Store.Put(first with { Description = "theirs", Version = 2 });

        var result = await _fixture.Registrar.UpdateAsync(TenantId.Global, first.Id, Remote("mine"), 1, AuditActor.System, CancellationToken.None);

        Assert.Equal(ServerWriteOutcome.Stale, result.Outcome);
    }

    [Fact]
    public async Task UpdateAsync_MaskedVariable_KeepsStoredValue()
    {
        var first = (await RegisterAsync(Process("tool", "secret", "a.js"))).Server!;
        var definition = Process("tool", MaskedEnvironment.Mask, "a.js");
        definition.Description = "changed";

        var second = (await UpdateAsync(first.Id, definition)).Server!;

        Assert.Equal("secret", second.Endpoints[0].Environment["TOKEN"]);
    }

    [Fact]
    public async Task UpdateAsync_MaskedVariableOfOtherCommand_IsRefused()
    {
        var first = (await RegisterAsync(Process("tool", "secret", "a.js"))).Server!;

        var result = await UpdateAsync(first.Id, Process("tool", MaskedEnvironment.Mask, "print-environment.js"));

        Assert.Equal("masked_value", Assert.Single(result.Faults).Code);
    }

    [Fact]
    public async Task RegisterAsync_MaskedVariable_IsRefused() =>
        Assert.Equal("masked_value", Assert.Single((await RegisterAsync(Process("tool", MaskedEnvironment.Mask, "a.js"))).Faults).Code);

    [Fact]
    public async Task RegisterAsync_UnlistedProcess_IsRefusedWithEveryReason()
    {
        var definition = new ServerDefinition { Name = "x", Command = "bash", WorkingDirectory = "/", Environment = { ["PATH"] = "/x" } };

        var result = await RegisterAsync(definition);

        Assert.Equal(["command_not_allowed", "not_over_rest", "variable_not_allowed"], result.Faults.Select(fault => fault.Code));
    }

    [Theory]
    [InlineData(ServerOrigin.Configuration)]
    [InlineData(ServerOrigin.Code)]
    public async Task UpdateAndDeleteAsync_DeclaredServer_AreRefused(ServerOrigin origin)
    {
        var server = (await RegisterAsync(Remote("weather"))).Server! with { Origin = origin };
        _fixture.Store.Put(server);

        Assert.Equal(ServerWriteOutcome.NotEditable, (await UpdateAsync(server.Id, Remote("x"))).Outcome);
        Assert.Equal(ServerWriteOutcome.NotEditable, (await DeleteAsync(server.Id)).Outcome);
        Assert.Same(server, _fixture.Store.Rows[server.Id].Server);
    }

    [Fact]
    public async Task DeleteAsync_OtherTenantsServer_IsNotFound()
    {
        var server = (await RegisterAsync(Remote("weather"))).Server!;

        var result = await _fixture.Registrar.DeleteAsync(Tenant, server.Id, null, AuditActor.System, CancellationToken.None);

        Assert.Equal(ServerWriteOutcome.NotFound, result.Outcome);
        Assert.Empty(_fixture.Supervisor.Deleted);
    }

    [Fact]
    public async Task DeleteAsync_OwnServer_TellsSupervisor()
    {
        var server = (await RegisterAsync(Remote("weather"))).Server!;

        Assert.True((await DeleteAsync(server.Id)).Succeeded);
        Assert.Equal([server.Id], _fixture.Supervisor.Deleted);
        Assert.Equal(ServerWriteOutcome.NotFound, (await DeleteAsync(server.Id)).Outcome);
    }

    [Fact]
    public async Task DeleteAsync_OtherVersionThanExpected_IsStaleAndKeepsIt()
    {
        var server = (await RegisterAsync(Remote("weather"))).Server!;

        var result = await _fixture.Registrar.DeleteAsync(TenantId.Global, server.Id, server.Version + 1, AuditActor.System, CancellationToken.None);

        Assert.Equal(ServerWriteOutcome.Stale, result.Outcome);
        Assert.Empty(_fixture.Supervisor.Deleted);
        Assert.True((await _fixture.Registrar.DeleteAsync(TenantId.Global, server.Id, server.Version, AuditActor.System, CancellationToken.None)).Succeeded);
    }

    private static ServerDefinition Remote(string name) => new() { Name = name, Url = "https://example.com/mcp" };

    private static ServerDefinition Process(string name, string token, params string[] arguments) =>
        new() { Name = name, Command = "node", Arguments = arguments, Environment = { ["TOKEN"] = token } };

    private Task<ServerWriteResult> RegisterAsync(ServerDefinition definition) =>
        _fixture.Registrar.RegisterAsync(TenantId.Global, definition, AuditActor.System, CancellationToken.None).AsTask();

    private Task<ServerWriteResult> UpdateAsync(Guid id, ServerDefinition definition) =>
        _fixture.Registrar.UpdateAsync(TenantId.Global, id, definition, null, AuditActor.System, CancellationToken.None).AsTask();

    private Task<ServerWriteResult> DeleteAsync(Guid id) =>
        _fixture.Registrar.DeleteAsync(TenantId.Global, id, null, AuditActor.System, CancellationToken.None).AsTask();
}
