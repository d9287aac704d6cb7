using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Principals;
using McpRegistry.AspNetCore.Tests.Principals;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.AspNetCore.Tests;

/// <summary>
/// A whole gateway as a host with its own users has it: bearer tokens of an identity provider, cookies and API keys side by
/// side, and endpoints of the host that decide by the policies of the gateway.
/// </summary>
internal sealed class GovernedHost : IAsyncDisposable
{
    public const string AdminKey = "governed-host-admin-key-0123456789-ab";

    private readonly WebApplication _app;
    private readonly TokenIssuer _issuer;

    private GovernedHost(WebApplication app, TokenIssuer issuer)
    {
        _app = app;
        _issuer = issuer;
        BaseAddress = new Uri(app.Urls.Single());
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = BaseAddress };
    }

    public static (string Name, string Value) Admin { get; } = (ApiKeyDefaults.HeaderName, AdminKey);

    public Uri BaseAddress { get; }

    public HttpClient Http { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<GovernedHost> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, null, settings);

    public static async Task<GovernedHost> StartAsync(
        Action<IMcpRegistryBuilder>? configure, Action<WebApplication>? map, params (string Key, string Value)[] settings)
    {
        var issuer = new TokenIssuer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            [KeyValuePair.Create("McpRegistry:Bootstrap:AdminKey", (string?)AdminKey), KeyValuePair.Create("McpRegistry:Outbound:AllowLoopback", (string?)"true"),
             .. settings.Select(setting => KeyValuePair.Create("McpRegistry:" + setting.Key, (string?)setting.Value))]);
        builder.Services.AddSingleton(issuer);
        builder.Services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, TokenHandler>(TokenHandler.SchemeName, null)
            .AddCookie();
        var gateway = builder.Services.AddMcpGateway().UseInMemory().AcceptPrincipals(TokenHandler.SchemeName, CookieAuthenticationDefaults.AuthenticationScheme);
        configure?.Invoke(gateway);
        var app = builder.Build();
        map?.Invoke(app);
        app.MapMcpGateway();
        MapHost(app);
        await app.StartAsync(Cancellation);
        return new GovernedHost(app, issuer);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Makes the header of a token with these claims.</summary>
    public (string Name, string Value) Token(string subject, params (string Name, object Value)[] claims) =>
        ("Authorization", "Bearer " + _issuer.Issue(subject, claims));

    /// <summary>Signs in by cookie and returns the header.</summary>
    public async Task<(string Name, string Value)> SignInAsync(string subject, params (string Name, string Value)[] claims)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new StringContent(JsonSerializer.Serialize(claims.Append(("sub", subject)).Select(static claim => new[] { claim.Item1, claim.Item2 })), Encoding.UTF8, "application/json"),
        };
        using var response = await Http.SendAsync(request, Cancellation);
        return ("Cookie", response.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }

    /// <summary>Waits until this replica has taken over all that was written so far.</summary>
    public async Task FollowAsync()
    {
        var written = await Get<IRevisionStore>().GetAsync(Cancellation);
        await Patience.UntilAsync(() => Get<RegistryFollower>().State.Revision >= written, $"revision {written} is followed", Cancellation);
    }

    /// <summary>Adds a tenant and returns its id.</summary>
    public async Task<TenantId> AddTenantAsync(string slug, string more = "")
    {
        var answer = await SendAsync(HttpMethod.Post, "/api/v1/tenants", $$"""{"slug":"{{slug}}","name":"Tenant {{slug}}"{{more}}}""", Admin);
        Assert.True((int)answer.Status == 201, answer.Body);
        return new TenantId(answer.Json.GetProperty("id").GetGuid());
    }

    /// <summary>Stores a key and returns its header.</summary>
    public async Task<(string Name, string Value)> AddKeyAsync(TenantId tenant, ApiKeyScope scopes)
    {
        var secret = ApiKeyFormat.Generate("test");
        var key = Get<ApiKeyComposer>().Compose(secret, $"key {Guid.CreateVersion7(DateTimeOffset.UnixEpoch)}", scopes, null) with { Tenant = tenant };
        Assert.True((await Get<IApiKeyStore>().AddAsync(tenant, key, null, Cancellation)).Succeeded);
        return ("Authorization", "Bearer " + secret);
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json, params (string Name, string Value)[] headers)
    {
        using var request = Create(method, path, json, headers);
        using var response = await Http.SendAsync(request, Cancellation);
        return await Answer.ReadAsync(response);
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>Sends an MCP request of 2026-07-28.</summary>
    public Task<Answer> CallAsync(string path, string method, string members, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, Modern(method, members), [.. ModernHeaders(method, members), .. headers]);

    public static string Modern(string method, string members)
    {
        const string Meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
        var separator = members.Length > 0 ? "," : "";
        return $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{{{members}{separator}{Meta}}}}}";
    }

    public static IEnumerable<(string Name, string Value)> ModernHeaders(string method, string members)
    {
        yield return ("Accept", "application/json, text/event-stream");
        yield return ("MCP-Protocol-Version", "2026-07-28");
        yield return ("Mcp-Method", method);
        if (method == "tools/call")
        {
            yield return ("Mcp-Name", JsonElement.Parse($"{{{members}}}").GetProperty("name").GetString()!);
        }
    }

    public static HttpRequestMessage Create(HttpMethod method, string path, string? json, params IEnumerable<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return request;
    }

    /// <summary>Registers a server and waits until it is served.</summary>
    public async Task AddServerAsync(string alias, Uri url, params (string Name, string Value)[] headers)
    {
        var added = await SendAsync(HttpMethod.Post, "/api/v1/servers", $$"""{"name":"{{alias}}","alias":"{{alias}}","url":"{{url}}"}""", headers);
        Assert.True((int)added.Status == 201, added.Body);
        for (var attempt = 0; attempt < 2_400; attempt++)
        {
            var server = await GetAsync("/api/v1/servers/" + added.Json.GetProperty("id").GetString(), headers);
            if (server.Json.GetProperty("condition").GetProperty("health").ValueEquals("healthy") && server.Json.TryGetProperty("discovery", out _))
            {
                return;
            }

            await Task.Delay(50, Cancellation);
        }

        Assert.Fail($"The server '{alias}' did not become healthy.");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _issuer.Dispose();
    }

    private static void MapHost(WebApplication app)
    {
        app.MapPost("/sign-in", async (HttpContext context) =>
        {
            var claims = await context.Request.ReadFromJsonAsync<string[][]>(context.RequestAborted);
            var identity = new ClaimsIdentity(claims!.Select(static claim => new Claim(claim[0], claim[1])), CookieAuthenticationDefaults.AuthenticationScheme);
            await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(identity));
        });
        app.MapGet("/whoami", (RequestDelegate)(static context => context.Response.WriteAsync(context.User.GetCaller()!.PrincipalId)))
            .RequireAuthorization(McpRegistryPolicies.Proxy);
        app.MapGet("/tenant", (RequestDelegate)(static context => context.Response.WriteAsync(context.User.FindFirst(McpRegistryClaimTypes.Tenant)!.Value)))
            .RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = McpRegistryDefaults.AuthenticationScheme });
    }
}
