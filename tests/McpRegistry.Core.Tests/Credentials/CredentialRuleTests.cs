using McpRegistry.Core.Tests.Servers;
using McpRegistry.Credentials;
using McpRegistry.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Core.Tests.Credentials;

public sealed class CredentialRuleTests : IDisposable
{
    private readonly RegistryFixture _fixture = new RegistryFixture().With("Credentials:AllowedProviders:0", "open");

    public CredentialRuleTests()
    {
        _fixture.Services.AddSingleton<ISecretProtector>(new TestProtector());
        _fixture.AddUpstreamCredentialProvider<NoProvider>("open").AddUpstreamCredentialProvider<NoProvider>("closed");
    }

    public void Dispose() => _fixture.Dispose();

    public static TheoryData<string, CredentialDefinition> Faults => new()
    {
        { "type:required", new() },
        { "headers:count", new() { Type = CredentialKind.Headers } },
        { "headers:count", Headers(Enumerable.Range(0, 17).Select(static i => ($"X-{i}", "v"))) },
        { "headers:header_name", Headers([("bad name", "v")]) },
        { "headers:header_name", Headers([("X\r\nY", "v")]) },
        { "headers:repeated", Headers([("X-a", "v"), ("x-A", "v")]) },
        { "headers.Host:header_reserved", Headers([("Host", "v")]) },
        { "headers.content-length:header_reserved", Headers([("content-length", "1")]) },
        { "headers.Mcp-Session-Id:header_reserved", Headers([("Mcp-Session-Id", "1")]) },
        { "headers.Transfer-Encoding:header_reserved", Headers([("Transfer-Encoding", "chunked")]) },
        { "headers.X-a:header_value", Headers([("X-a", "v\r\nX-b: w")]) },
        { "headers.X-a:header_value", Headers([("X-a", " v")]) },
        { "headers.X-a:header_value", Headers([("X-a", "é")]) },
        { "headers.X-a:header_value", Headers([("X-a", "")]) },
        { "userName:required password:required", new() { Type = CredentialKind.Basic } },
        { "userName:user_name_form", new() { Type = CredentialKind.Basic, UserName = "a:b", Password = "p" } },
        { "password:control_characters", new() { Type = CredentialKind.Basic, UserName = "a", Password = "p\n" } },
        { "clientId:not_with_type", new() { Type = CredentialKind.Basic, UserName = "a", Password = "p", ClientId = "c" } },
        { "clientId:required clientSecret:required", new() { Type = CredentialKind.ClientCredentials } },
        { "clientSecret:not_with_authentication", Client(client => client.Authentication = ClientAuthentication.PrivateKeyJwt) },
        { "privateKey:two_forms", Client(client => client.PrivateKey = "x") },
        { "privateKey:private_key_form", Client(client => (client.ClientSecret, client.PrivateKey) = (null, "x")) },
        { "issuer:url_scheme", Client(client => client.Issuer = "file:///etc/passwd") },
        { "issuer:issuer_form", Client(client => client.Issuer = "https://issuer.example?x") },
        { "issuer:address_not_allowed", Client(client => client.Issuer = "https://169.254.169.254") },
        { "issuer:https_required", Client(client => client.Issuer = "http://issuer.example") },
        { "tokenEndpoint:address_not_allowed", Client(client => client.TokenEndpoint = "https://2130706433/token") },
        { "tokenEndpoint:url_user_info", Client(client => client.TokenEndpoint = "https://a@issuer.example/token") },
        { "resource:resource_form", Client(client => client.Resource = "no uri") },
        { "scopes:scope_form", Client(client => client.Scopes = ["a b"]) },
        { "scopes:too_many", Client(client => client.Scopes = [.. Enumerable.Repeat("a", 65)]) },
        { "provider:required", new() { Type = CredentialKind.Provider } },
        { "provider:unknown_provider", new() { Type = CredentialKind.Provider, Provider = "none" } },
        { "provider:unknown_provider", new() { Type = CredentialKind.Provider, Provider = "closed" } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Check_FaultyCredential_NamesTheMember(string expected, CredentialDefinition credential) =>
        Assert.Equal(expected, Check(credential));

    [Fact]
    public void Check_GoodCredentials_AreTaken()
    {
        Assert.Empty(Check(Headers([("X-Key", "a b~!"), ("Authorization", "Token x")])));
        Assert.Empty(Check(new() { Type = CredentialKind.Basic, UserName = "ü", Password = "p:ä" }));
        Assert.Empty(Check(Client(client => (client.Resource, client.Scopes) = ("", ["a", "b:c"]))));
        Assert.Empty(Check(new() { Type = CredentialKind.Provider, Provider = "open" }));
        Assert.Empty(Check(new() { Type = CredentialKind.Provider, Provider = "closed" }, ServerOrigin.Code));
    }

    [Fact]
    public void Check_Process_HasNoCredential() => Assert.Equal(
        ["credential:not_with_stdio"],
        _fixture.Validate(new ServerDefinition { Name = "a", Command = "node", Credential = Client() }, ServerOrigin.Code).Select(fault => $"{fault.Path}:{fault.Code}"));

    private static CredentialDefinition Headers(IEnumerable<(string Name, string Value)> headers) => new()
    {
        Type = CredentialKind.Headers,
        Headers = headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.Ordinal),
    };

    private static CredentialDefinition Client(Action<CredentialDefinition>? change = null)
    {
        var credential = new CredentialDefinition { Type = CredentialKind.ClientCredentials, ClientId = "c", ClientSecret = "s" };
        change?.Invoke(credential);
        return credential;
    }

    private string Check(CredentialDefinition credential, ServerOrigin origin = ServerOrigin.Api) => string.Join(
        ' ',
        _fixture.Validate(new ServerDefinition { Name = "a", Url = "https://example.com", Credential = credential }, origin)
            .Select(fault => $"{fault.Path["credential.".Length..]}:{fault.Code}"));

    private sealed class NoProvider : IUpstreamCredentialProvider
    {
        public ValueTask<IssuedCredential?> GetAsync(UpstreamCredentialRequest request, CancellationToken cancellationToken) => default;
    }
}
