using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using McpRegistry.ApiKeys;
using McpRegistry.Credentials;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.Storage.Conformance;

/// <summary>Makes valid records with fresh ids and names.</summary>
public static partial class Sample
{
    public static RegisteredServer Server(TenantId tenant, string? name = null, string? alias = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new RegisteredServer
        {
            Id = Guid.CreateVersion7(),
            Tenant = tenant,
            Name = name ?? $"io.github.user/{Token()}",
            Alias = alias ?? Token(),
            Endpoints = [Endpoint()],
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    public static ServerEndpoint Endpoint() => new() { Id = Guid.CreateVersion7(), Url = "https://example.com/mcp" };

    public static RegisteredServer FullServer(TenantId tenant) => Server(tenant) with
    {
        Description = "Weather of the world",
        Tags = ["weather", "Alpha", "beta"],
        Origin = ServerOrigin.Configuration,
        Isolation = SessionIsolation.Shared,
        Owner = Guid.CreateVersion7(),
        Visibility = ServerVisibility.Public,
        Enabled = false,
        Credential = Credential("sealed by somebody"),
        Endpoints =
        [
            new ServerEndpoint
            {
                Id = Guid.CreateVersion7(),
                Transport = TransportKind.Stdio,
                Command = "/usr/bin/weather",
                Arguments = ["--all", "", "a b", "--all"],
                Environment = ImmutableDictionary<string, string>.Empty.Add("TOKEN", "s3cr3t").Add("a", "").Add("LONG_NAME", "x=y"),
                WorkingDirectory = "/srv/weather",
                Weight = 0,
                Zone = "eu-1",
                Era = ProtocolEra.Legacy,
            },
            new ServerEndpoint { Id = Guid.CreateVersion7(), Transport = TransportKind.Sse, Url = "http://b.example/sse", Weight = 1000, Era = ProtocolEra.Modern },
            new ServerEndpoint { Id = Guid.CreateVersion7(), Url = "https://a.example/mcp" },
        ],
    };

    /// <summary>A credential with every member; no kind has all of them, and a store keeps them all the same.</summary>
    public static ServerCredential Credential(string text) => new()
    {
        Kind = CredentialKind.ClientCredentials,
        HeaderNames = ["X-Key", text],
        UserName = text,
        ClientId = text,
        SecretIsKey = true,
        KeyId = text,
        Authentication = ClientAuthentication.PrivateKeyJwt,
        Issuer = "https://issuer.example/" + text,
        TokenEndpoint = "https://issuer.example/token",
        Resource = "",
        Scopes = ["b", "a", text],
        Provider = text,
        Parameters = ImmutableDictionary<string, string>.Empty.Add("z", text).Add("a", ""),
        Sealed = text,
    };

    public static CatalogueItem Item(CatalogueItemKind kind, string key, int ordinal, string? json = null) => new()
    {
        Kind = kind,
        Key = key,
        Ordinal = ordinal,
        Json = Encoding.UTF8.GetBytes(json ?? $"{{\"ordinal\":{ordinal}}}"),
        Title = $"Title {ordinal}",
        Description = ordinal % 2 == 0 ? $"Description {ordinal}" : null,
        MimeType = kind is CatalogueItemKind.Resource or CatalogueItemKind.ResourceTemplate ? "text/plain" : null,
    };

    public static CatalogueItem Tool(string key, int ordinal, string? json = null) =>
        Item(CatalogueItemKind.Tool, key, ordinal, json);

    public static DiscoveryReport Report(params ReadOnlySpan<CatalogueItem> items) => new()
    {
        Health = ServerHealth.Healthy,
        CompletedAt = TimeProvider.System.GetUtcNow(),
        Duration = TimeSpan.FromMilliseconds(12),
        Era = ProtocolEra.Modern,
        ProtocolVersion = "2026-07-28",
        HasItems = true,
        Items = [.. items],
    };

    public static ApiKey Key(TenantId tenant, string? name = null, string? lookupId = null) => new()
    {
        Id = Guid.CreateVersion7(),
        Tenant = tenant,
        Name = name ?? Token(),
        LookupId = lookupId ?? Token(),
        Salt = RandomNumberGenerator.GetBytes(16),
        Hash = RandomNumberGenerator.GetBytes(32),
        LastFour = "wxyz",
        Scopes = ApiKeyScope.Read | ApiKeyScope.Proxy,
        CreatedAt = TimeProvider.System.GetUtcNow(),
    };

    public static ApiKey FullKey(TenantId tenant) => Key(tenant) with
    {
        Scopes = ApiKeyScope.Health | ApiKeyScope.Metrics,
        ExpiresAt = TimeProvider.System.GetUtcNow().AddDays(1),
        RevokedAt = TimeProvider.System.GetUtcNow(),
        RevokedReason = "left in a log",
        Enabled = false,
        Description = "of the nightly job",
        Owner = Guid.CreateVersion7(),
        AllowedServers = [Guid.CreateVersion7(), Guid.CreateVersion7()],
        AllowedMethods = ["tools/call", "tools/list"],
        AllowedAddresses = ["10.0.0.0/8", "2001:db8::1"],
        LimitPerHour = 1000,
        LimitPerDay = 10_000,
        RotatedFrom = Guid.CreateVersion7(),
    };

    /// <summary>A fresh slug of at most 32 characters.</summary>
    public static string Token() => Guid.CreateVersion7().ToString("n")[..31].Insert(0, "s");
}
