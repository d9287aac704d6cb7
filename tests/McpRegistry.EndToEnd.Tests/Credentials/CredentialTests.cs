using System.Net;
using System.Text;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.OAuth;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.EndToEnd.Tests.Credentials;

/// <summary>A credential from the REST body to the server, and where it is not to be found on the way.</summary>
public sealed class CredentialTests : EndToEndTest
{
    private const string Secret = "S3CR3T-that-nobody-reads-again";
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-registry-credentials-").FullName;
    private readonly LogLines _log = new();

    private protected override GatewaySetup Setup => new()
    {
        DatabaseFile = Path.Combine(_folder, "registry.db"),
        Services = services =>
        {
            services.AddLogging(logging => logging.AddProvider(_log).SetMinimumLevel(LogLevel.Trace));

            // Replicas share their keys, as those of a real installation do.
            services.AddDataProtection().SetApplicationName("credentials").PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(_folder, "keys")));
        },
    };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Register_Header_IsShownToTheServerAndToNobodyElse(Era era)
    {
        var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync("a", upstream.Url, Cancellation, Header(Secret));
        var answers = await CallAsync("a") + (await Gateway.Registry.DescribeAsync("a", Cancellation)).GetRawText() + (await Gateway.Registry.ListAsync(Cancellation)).GetRawText();
        answers += await Gateway.Http.GetStringAsync(new Uri("/api/v1/audit", UriKind.Relative), Cancellation);
        answers += await Gateway.Http.GetStringAsync(new Uri("/api/v1/audit/export", UriKind.Relative), Cancellation);

        Assert.All(upstream.Requests.All, static request => Assert.Equal(Secret, request.Headers["X-Secret-Key"]));

        // The gateway's own key and what clients send are for the gateway.
        Assert.All(upstream.Requests.All, static request => Assert.False(request.Headers.ContainsKey("Authorization")));
        Assert.Contains("\"X-Secret-Key\":\"***\"", answers, StringComparison.Ordinal);
        Assert.Contains("secretMark", answers, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, answers, StringComparison.Ordinal);
        Assert.NotEmpty(_log.Lines);
        Assert.DoesNotContain(_log.Lines, static line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Register_Secret_IsNowhereInTheDatabase()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await Gateway.Registry.AddAsync("a", upstream.Url, Cancellation, Header(Secret));
        await Gateway.Registry.AddAsync(
            "b", upstream.Url, Cancellation, $$""","credential":{"type":"basic","userName":"visible-user","password":"{{Secret}}"}""");

        var bytes = new List<byte>();
        foreach (var file in Directory.GetFiles(_folder))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, Cancellation);
            bytes.AddRange(copy.ToArray());
        }

        var text = Encoding.Latin1.GetString([.. bytes]);
        Assert.Contains("visible-user", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret))[..24], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_DefinitionOfGetWithANewSecret_IsUsedFromThenOn()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        var server = await Gateway.Registry.AddAsync("a", upstream.Url, Cancellation, Header("first"));
        var definition = server.GetProperty("definition").GetRawText();

        var kept = await PutAsync(server, definition.Replace("\"enabled\":true", "\"enabled\":true,\"description\":\"same secret\"", StringComparison.Ordinal));
        await CallAsync("a");
        var changed = await PutAsync(server, definition.Replace("***", "second", StringComparison.Ordinal));
        await Gateway.Registry.WaitAsync("a", "healthy", Cancellation);
        await CallAsync("a");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (kept, changed));
        Assert.Equal(["first", "second"], upstream.Requests.Of("tools/call").Select(static request => request.Headers["X-Secret-Key"]));
    }

    [Fact]
    public async Task Put_MaskForAnotherUrl_IsRefusedAndAsksNobody()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        var thief = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        var server = await Gateway.Registry.AddAsync("a", upstream.Url, Cancellation, Header(Secret));

        var status = await PutAsync(server, server.GetProperty("definition").GetRawText().Replace(upstream.Url.ToString(), thief.Url.ToString(), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Empty(thief.Requests.All);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Register_ClientCredentials_GetATokenAndKeepItFromClients(Era era)
    {
        var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
        var authorization = AuthorizationScript.Guard(upstream);
        authorization.ClientSecret = Secret;

        await Gateway.Registry.AddAsync("a", upstream.Url, Cancellation, Client());
        var answer = await CallAsync("a");
        authorization.Revoke();
        var renewed = await CallAsync("a");

        Assert.Contains("done", answer, StringComparison.Ordinal);
        Assert.Contains("done", renewed, StringComparison.Ordinal);
        Assert.Equal(["Bearer token-1", "Bearer token-1", "Bearer token-2"], upstream.Requests.Of("tools/call").Select(static request => request.Headers["Authorization"]));
        Assert.DoesNotContain("token-", answer + renewed, StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Lines, static line => line.Contains(Secret, StringComparison.Ordinal) || line.Contains("token-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Register_ClientIsRefused_ShowsWhyWithoutTheSecret()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        AuthorizationScript.Guard(upstream);

        await Gateway.Registry.RegisterAsync($$"""{"name":"a","url":"{{upstream.Url}}"{{Client()}}}""", Cancellation);
        var server = await Gateway.Registry.WaitAsync("a", "unhealthy", Cancellation);

        Assert.Equal("credential_failed", RegistryClient.Reason(server));
        Assert.Contains("invalid_client", server.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, server.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Lines, static line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Put_NewSecretOnAnotherReplica_IsUsedHere()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        var server = await Gateway.Registry.AddAsync("a", upstream.Url, Cancellation, Header("first"));
        var other = Own(await GatewayHost.StartAsync(Cancellation, Setup));
        await other.Registry.WaitAsync("a", "healthy", Cancellation);

        await PutAsync(server, server.GetProperty("definition").GetRawText().Replace("***", "second", StringComparison.Ordinal));
        await upstream.Requests.WaitAsync(request => request.Headers["X-Secret-Key"] == "second", "the first replica is there again", Cancellation);
        var client = await RawClient.OpenAsync(other.Http, other.Mcp("a"), Era.Modern, Cancellation);
        await upstream.Requests.WaitAsync(
            request => request.Method == "server/discover" && request.Headers["X-Secret-Key"] == "second" && Count(upstream) > 1, "the other replica is, too", Cancellation);
        await other.Registry.WaitAsync("a", "healthy", Cancellation);
        await client.CallToolAsync("work", Cancellation);

        Assert.Equal("second", upstream.Requests.Of("tools/call")[^1].Headers["X-Secret-Key"]);
    }

    private static int Count(ScriptedUpstream upstream) =>
        upstream.Requests.Of("server/discover").Count(static request => request.Headers["X-Secret-Key"] == "second");

    private static string Header(string value) => $$$""","credential":{"type":"headers","headers":{"X-Secret-Key":"{{{value}}}"}}""";

    private static string Client() => $$$""","credential":{"type":"client_credentials","clientId":"the client","clientSecret":"{{{Secret}}}"}""";

    private async Task<string> CallAsync(string alias)
    {
        var client = await OpenAsync(Era.Modern, alias);
        return (await client.CallToolAsync("work", Cancellation)).Body;
    }

    private async Task<HttpStatusCode> PutAsync(JsonElement server, string definition)
    {
        using var body = new StringContent(definition, Encoding.UTF8, "application/json");
        using var response = await Gateway.Http.PutAsync(new Uri($"/api/v1/servers/{server.GetProperty("id").GetString()}", UriKind.Relative), body, Cancellation);
        return response.StatusCode;
    }
}
