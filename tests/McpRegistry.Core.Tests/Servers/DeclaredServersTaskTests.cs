using McpRegistry.Auditing;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Core.Tests.Servers;

public sealed class DeclaredServersTaskTests
{
    private readonly FakeServerStore _store = new();

    [Fact]
    public async Task RunAsync_NewServers_AreAddedWithTheirOrigin()
    {
        using var host = Host()
            .With("Servers:files:Command", "npx")
            .With("Servers:files:Arguments:0", "-y")
            .With("Servers:files:Environment:ROOT", "/data")
            .With("Servers:weather:Endpoints:0:Url", "https://a.example.com/mcp")
            .With("Servers:weather:Endpoints:1:Url", "https://b.example.com/mcp")
            .With("Servers:weather:Endpoints:1:Weight", "3");
        host.AddServer("sample", server => server.Url = "https://example.com/mcp");

        await host.StartAsync();

        Assert.Equal(["files:Configuration", "sample:Code", "weather:Configuration"], Stored().Select(server => $"{server.Alias}:{server.Origin}"));
        var files = Stored()[0].Endpoints[0];
        Assert.Equal(TransportKind.Stdio, files.Transport);
        Assert.Equal("/data", files.Environment["ROOT"]);
        Assert.Equal([1, 3], Stored()[2].Endpoints.Select(endpoint => endpoint.Weight));
        Assert.Equal(3, host.Supervisor.Saved.Count);
    }

    [Theory]
    [InlineData("streamable_http", "per_principal", "modern")]
    [InlineData("StreamableHttp", "PerPrincipal", "Modern")]
    public async Task RunAsync_NamesOfRestOrCode_AreBothRead(string transport, string isolation, string era)
    {
        using var host = Host()
            .With("Servers:weather:Isolation", isolation)
            .With("Servers:weather:Endpoints:0:Transport", transport)
            .With("Servers:weather:Endpoints:0:Era", era)
            .With("Servers:weather:Endpoints:0:Url", "https://example.com/mcp")
            .With("Servers:files:Command", "npx")
            .With("Servers:files:Environment:TRANSPORT", "a_b")
            .With("Servers:live:Transport", era == "Modern" ? "WebSocket" : "websocket")
            .With("Servers:live:Url", "wss://example.com/mcp");

        await host.StartAsync();

        Assert.Equal(TransportKind.WebSocket, Stored()[1].Endpoints[0].Transport);
        Assert.Equal((TransportKind.StreamableHttp, ProtocolEra.Modern), (Stored()[2].Endpoints[0].Transport, Stored()[2].Endpoints[0].Era));
        Assert.Equal("a_b", Stored()[0].Endpoints[0].Environment["TRANSPORT"]);
    }

    [Fact]
    public async Task RunAsync_UnchangedServer_IsNotWritten()
    {
        using var first = Host().With("Servers:files:Command", "npx").With("Servers:files:Environment:ROOT", "***");
        await first.StartAsync();
        using var second = Host().With("Servers:files:Command", "npx").With("Servers:files:Environment:ROOT", "***");
        second.Clock.Advance(TimeSpan.FromHours(1));

        await second.StartAsync();

        Assert.Equal(1, _store.Writes);
        Assert.Empty(second.Supervisor.Saved);
    }

    [Fact]
    public async Task RunAsync_ChangedServer_KeepsItsId()
    {
        using var first = Host().With("Servers:files:Command", "npx");
        await first.StartAsync();
        var before = Assert.Single(Stored());
        using var second = Host().With("Servers:files:Command", "node");

        await second.StartAsync();

        var after = Assert.Single(Stored());
        Assert.Equal(before.Id, after.Id);
        Assert.Equal("node", after.Endpoints[0].Command);
        Assert.Equal(2, after.Version);
        Assert.Single(second.Supervisor.Saved);
    }

    [Fact]
    public async Task RunAsync_ServerMovesFromConfigurationToCode_KeepsItsId()
    {
        using var first = Host().With("Servers:files:Command", "npx");
        await first.StartAsync();
        var before = Assert.Single(Stored());
        using var second = Host();
        second.AddServer("files", server => server.Command = "npx");

        await second.StartAsync();

        Assert.Equal((before.Id, ServerOrigin.Code), (Assert.Single(Stored()).Id, Stored()[0].Origin));
    }

    [Fact]
    public async Task RunAsync_RemovedServer_IsDeletedAndRestServersStay()
    {
        using var first = Host().With("Servers:files:Command", "npx");
        await first.StartAsync();
        await first.Registrar.RegisterAsync(TenantId.Global, new ServerDefinition { Name = "mine", Url = "https://example.com" }, AuditActor.System, CancellationToken.None);
        using var second = Host();

        await second.StartAsync();

        Assert.Equal("mine", Assert.Single(Stored()).Alias);
        Assert.Single(second.Supervisor.Deleted);
    }

    [Fact]
    public async Task RunAsync_Faults_AreListedTogetherAndNothingIsWritten()
    {
        using var host = Host()
            .With("Servers:good:Command", "npx")
            .With("Servers:Bad Alias:Command", "npx")
            .With("Servers:remote:Url", "gopher://x")
            .With("Servers:remote:Alias", "other")
            .With("Servers:typo:Comand", "npx")
            .With("Servers:number:Endpoints:0:Weight", "heavy");
        host.AddServer("good", server => server.Command = "npx");

        var exception = await Assert.ThrowsAsync<DeclaredServersException>(host.StartAsync);

        Assert.Equal(0, _store.Writes);
        Assert.Contains("McpRegistry:Servers:Bad Alias: alias:", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'bad-alias' would do", exception.Message, StringComparison.Ordinal);
        Assert.Contains("McpRegistry:Servers:remote: url: The scheme 'gopher'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("different Alias 'other'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Comand", exception.Message, StringComparison.Ordinal);
        Assert.Contains("McpRegistry:Servers:number", exception.Message, StringComparison.Ordinal);
        Assert.Contains("AddServer(\"good\", ...)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ClashWithRestServer_NamesBoth()
    {
        using var first = Host();
        await first.Registrar.RegisterAsync(TenantId.Global, new ServerDefinition { Name = "theirs", Alias = "files", Url = "https://example.com" }, AuditActor.System, CancellationToken.None);
        await first.Registrar.RegisterAsync(TenantId.Global, new ServerDefinition { Name = "Weather", Alias = "w", Url = "https://example.com" }, AuditActor.System, CancellationToken.None);
        using var second = Host().With("Servers:files:Command", "npx").With("Servers:sky:Command", "npx").With("Servers:sky:Name", "weather");

        var exception = await Assert.ThrowsAsync<DeclaredServersException>(second.StartAsync);

        Assert.Equal(2, exception.Faults.Count);
        Assert.Contains("'files' (Configuration)", exception.Faults[0], StringComparison.Ordinal);
        Assert.Contains("'theirs'", exception.Faults[0], StringComparison.Ordinal);
        Assert.Contains("same name 'Weather'", exception.Faults[1], StringComparison.Ordinal);
        Assert.Equal(2, _store.Writes);
    }

    private RegistryFixture Host() => new() { Store = _store };

    private List<RegisteredServer> Stored() =>
        [.. _store.Rows.Values.Select(static row => row.Server).OrderBy(static server => server.Alias, StringComparer.Ordinal)];
}
