using McpRegistry.Auditing;
using McpRegistry.Core.Tests.Servers;
using McpRegistry.Credentials;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Core.Tests.Credentials;

/// <summary>How the secrets of a definition reach the store, and how they stay there.</summary>
public sealed class CredentialRegistrarTests : IDisposable
{
    private const string Mask = MaskedEnvironment.Mask;
    private readonly RegistryFixture _fixture = new();
    private readonly TestProtector _protector = new();

    public CredentialRegistrarTests() => _fixture.Services.AddSingleton<ISecretProtector>(_protector);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task RegisterAsync_Secret_IsSealedForItsServer()
    {
        var server = await RegisterAsync(Header("k3y"));

        Assert.DoesNotContain("k3y", server.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("k3y", server.Credential!.Sealed, StringComparison.Ordinal);
        Assert.Equal("k3y", Open(server)!.Headers["X-Key"]);
        Assert.Null(Open(server with { Id = Guid.CreateVersion7() }));
        Assert.Null(Open(server with { Tenant = new TenantId(Guid.CreateVersion7()) }));
    }

    [Fact]
    public async Task RegisterAsync_NothingToSealWith_IsRefusedAndNothingStored()
    {
        using var fixture = new RegistryFixture();

        var result = await fixture.Registrar.RegisterAsync(TenantId.Global, Remote(Header("k3y")), AuditActor.System, CancellationToken.None);

        Assert.Equal(["credential:no_protection"], Describe(result));
        Assert.Empty(fixture.Store.Rows);
    }

    [Fact]
    public async Task RegisterAsync_Mask_StandsForNothing() =>
        Assert.Equal(["credential.headers.X-Key:masked_value"], Describe(await TryRegisterAsync(Remote(Header(Mask)))));

    [Fact]
    public async Task UpdateAsync_Mask_KeepsTheSecretAndWritesNothing()
    {
        var server = await RegisterAsync(Client("s3cret"));

        var same = await UpdateAsync(server, Remote(Client(Mask)));
        var changed = await UpdateAsync(server, Remote(Client(Mask), description: "new"));

        Assert.Same(server, same.Server);
        Assert.Equal((2, server.Credential!.Sealed), (changed.Server!.Version, changed.Server.Credential!.Sealed));
    }

    [Fact]
    public async Task UpdateAsync_SameSecretInFull_WritesNothing()
    {
        var server = await RegisterAsync(Client("s3cret"));

        Assert.Same(server, (await UpdateAsync(server, Remote(Client("s3cret")))).Server);
    }

    [Fact]
    public async Task UpdateAsync_OtherSecret_ReplacesIt()
    {
        var server = await RegisterAsync(Client("s3cret"));

        var changed = (await UpdateAsync(server, Remote(Client("other")))).Server!;

        Assert.Equal(("other", 2), (Open(changed)!.Main, changed.Version));
    }

    [Fact]
    public async Task UpdateAsync_NoCredential_TakesItAway()
    {
        var server = await RegisterAsync(Client("s3cret"));

        Assert.Null((await UpdateAsync(server, Remote(null))).Server!.Credential);
    }

    /// <summary>Who may write a definition is not to read its secrets by sending them to a place of his own.</summary>
    [Fact]
    public async Task UpdateAsync_MaskThatWouldGoElsewhere_IsRefused()
    {
        const string Fault = "credential.clientSecret:masked_value";
        var server = await RegisterAsync(Client("s3cret"));

        Assert.Equal([Fault], Describe(await UpdateAsync(server, Remote(Client(Mask), "https://evil.example/mcp"))));
        Assert.Equal([Fault], Describe(await UpdateAsync(server, Remote(Client(Mask), "https://example.com/mcp/evil"))));
        Assert.Equal([Fault], Describe(await UpdateAsync(server, Remote(Client(Mask, client => client.Issuer = "https://evil.example")))));
        Assert.Equal([Fault], Describe(await UpdateAsync(server, Remote(Client(Mask, client => client.TokenEndpoint = "https://evil.example/token")))));
        Assert.Equal([Fault], Describe(await UpdateAsync(server, Remote(Client(Mask, client => client.ClientId = "evil")))));
        Assert.Equal(1, _fixture.Store.Writes);
    }

    [Fact]
    public async Task UpdateAsync_OneMoreEndpoint_LosesTheSecret()
    {
        var server = await RegisterAsync(Header("k3y"));
        var definition = Remote(Header(Mask));
        definition.Url = null;
        definition.Endpoints = [new EndpointDefinition { Url = "https://example.com/mcp" }, new EndpointDefinition { Url = "https://evil.example/mcp" }];

        Assert.Equal(["credential.headers.X-Key:masked_value"], Describe(await UpdateAsync(server, definition)));
    }

    [Fact]
    public async Task UpdateAsync_KeyAsSecret_IsRefused()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var server = await RegisterAsync(Client(null, client => client.PrivateKey = key.ExportPkcs8PrivateKeyPem()));

        Assert.Equal(["credential.clientSecret:masked_value"], Describe(await UpdateAsync(server, Remote(Client(Mask)))));
        Assert.Same(server, (await UpdateAsync(server, Remote(Client(null, client => client.PrivateKey = Mask)))).Server);
    }

    [Fact]
    public async Task UpdateAsync_MaskUnderAnotherName_IsRefused()
    {
        var server = await RegisterAsync(Header("k3y"));
        var definition = Remote(Header(Mask));
        definition.Credential!.Headers["X-Other"] = Mask;

        Assert.Equal(["credential.headers.X-Other:masked_value"], Describe(await UpdateAsync(server, definition)));
    }

    [Fact]
    public async Task UpdateAsync_KeysOfTheHostAreGone_AsksForTheSecret()
    {
        var server = await RegisterAsync(Client("s3cret"));
        _protector.IsBroken = true;

        Assert.Equal(["credential.clientSecret:masked_value"], Describe(await UpdateAsync(server, Remote(Client(Mask)))));
    }

    [Fact]
    public async Task UpdateAsync_OtherSecret_LeavesOnlyAMarkInTheTrail()
    {
        var server = await RegisterAsync(Client("s3cret"));

        await UpdateAsync(server, Remote(Client("n3w-s3cret")));

        var details = string.Concat(_fixture.Store.Audit.Select(audit => audit.Details));
        Assert.Contains("secretMark", details, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", details, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Credential!.Sealed!, details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_DeclaredCredential_IsSealedAndFoundUnchanged()
    {
        _fixture
            .With("Servers:a:Url", "https://example.com/mcp")
            .With("Servers:a:Credential:Type", "client_credentials")
            .With("Servers:a:Credential:ClientId", "the client")
            .With("Servers:a:Credential:ClientSecret", Mask)
            .With("Servers:a:Credential:Authentication", "client_secret_post")
            .With("Servers:a:Credential:Scopes:0", "read")
            .With("Servers:b:Url", "https://example.com/b")
            .With("Servers:b:Credential:Type", "headers")
            .With("Servers:b:Credential:Headers:Type", "with_underscores");

        await _fixture.StartAsync();
        await _fixture.StartAsync();

        var a = Stored("a");
        Assert.Equal((CredentialKind.ClientCredentials, ClientAuthentication.ClientSecretPost, Mask), (a.Credential!.Kind, a.Credential.Authentication, Open(a)!.Main));
        Assert.Equal("with_underscores", Open(Stored("b"))!.Headers["Type"]);
        Assert.Equal(2, _fixture.Store.Writes);
    }

    private static CredentialDefinition Header(string value) => new()
    {
        Type = CredentialKind.Headers,
        Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Key"] = value },
    };

    private static CredentialDefinition Client(string? secret, Action<CredentialDefinition>? change = null)
    {
        var credential = new CredentialDefinition { Type = CredentialKind.ClientCredentials, ClientId = "the client", ClientSecret = secret, Issuer = "https://issuer.example" };
        change?.Invoke(credential);
        return credential;
    }

    private static ServerDefinition Remote(CredentialDefinition? credential, string url = "https://example.com/mcp", string? description = null) =>
        new() { Name = "weather", Url = url, Description = description, Credential = credential };

    private static string[] Describe(ServerWriteResult result) => [.. result.Faults.Select(fault => $"{fault.Path}:{fault.Code}")];

    private RegisteredServer Stored(string name) => _fixture.Store.Rows.Values.Single(row => row.Server.Alias == name).Server;

    private CredentialSecrets? Open(RegisteredServer server) => new CredentialVault(_protector).Open(server);

    private ValueTask<ServerWriteResult> TryRegisterAsync(ServerDefinition definition) =>
        _fixture.Registrar.RegisterAsync(TenantId.Global, definition, AuditActor.System, CancellationToken.None);

    private async Task<RegisteredServer> RegisterAsync(CredentialDefinition credential)
    {
        var result = await TryRegisterAsync(Remote(credential));
        Assert.True(result.Succeeded, string.Join(' ', Describe(result)));
        return result.Server;
    }

    private async Task<ServerWriteResult> UpdateAsync(RegisteredServer server, ServerDefinition definition) =>
        await _fixture.Registrar.UpdateAsync(TenantId.Global, server.Id, definition, null, AuditActor.System, CancellationToken.None);
}
