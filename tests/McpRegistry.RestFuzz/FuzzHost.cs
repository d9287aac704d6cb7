using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.RestFuzz;

/// <summary>A whole gateway with one of everything that a route can name.</summary>
internal sealed class FuzzHost : IAsyncDisposable
{
    /// <summary>What nobody is ever to read again.</summary>
    public const string Secret = "S3CR3T-of-the-fuzz-0123456789";

    private const string AdminKey = "rest-fuzz-admin-key-0123456789-abcdef";

    private readonly WebApplication _app;
    private readonly List<FuzzCaller> _callers;
    private readonly List<string> _secrets = [Secret, AdminKey];

    private FuzzHost(WebApplication app, LogLines log)
    {
        _app = app;
        Log = log;
        Http = CreateHttp(AdminKey);
        _callers = [new FuzzCaller("the administrator", Http, FuzzReach.Installation)];
    }

    public LogLines Log { get; }

    public HttpClient Http { get; }

    /// <summary>
    /// Gets who sends requests: the administrator of the installation, that of a tenant, a key with bounds, one that may only read and
    /// call, somebody with a key that does not exist and somebody without any.
    /// </summary>
    public IReadOnlyList<FuzzCaller> Callers => _callers;

    /// <summary>Gets the administrators, whose lists together show all that there is.</summary>
    public IEnumerable<FuzzCaller> Administrators => _callers.Where(static caller => caller.Reach >= FuzzReach.Tenant).DistinctBy(static caller => caller.Reach);

    /// <summary>Gets the ids of what is there, by the first part of the path.</summary>
    public Dictionary<string, string> Ids { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets what must be in no answer and no log.</summary>
    public IReadOnlyList<string> Secrets => _secrets;

    public static async Task<FuzzHost> StartAsync(string store, string connection)
    {
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information);
        builder.Configuration.AddInMemoryCollection([new("McpRegistry:Bootstrap:AdminKey", AdminKey), new("McpRegistry:Stdio:AllowedCommands:0:Command", FuzzBodies.Command)]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var gateway = builder.Services.AddMcpGateway();
        _ = store == "SQLite" ? gateway.UseSqlite(connection) : gateway.UsePostgreSql(connection);
        var app = builder.Build();
        app.MapMcpGateway();
        await app.StartAsync();
        var host = new FuzzHost(app, log);
        await host.SeedAsync();

        // A database that is not there yet is an error to who looks for it, at every first start.
        log.Take();
        return host;
    }

    /// <summary>Finds every route of the REST API, whoever has mapped it.</summary>
    public IReadOnlyList<FuzzRoute> FindRoutes() =>
    [
        .. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.RoutePattern.RawText?.StartsWith("/api/v1", StringComparison.Ordinal) == true)
            .SelectMany(static endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                .Select(method => new FuzzRoute(method, endpoint.RoutePattern.RawText!.TrimEnd('/'), endpoint.RoutePattern.Parameters.Count)))
            .OrderBy(static route => route.ToString(), StringComparer.Ordinal),
    ];

    public async ValueTask DisposeAsync()
    {
        _callers.ForEach(static caller => caller.Http.Dispose());
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Adds something to be deleted, and returns its id; null for a kind of which nothing can be added.</summary>
    public async Task<string?> AddFreshAsync(string kind, int number) => kind switch
    {
        "tenants" => await AddAsync(kind, $$"""{"slug":"fresh{{number}}","name":"Fresh"}""", "id"),
        "servers" => await AddAsync(kind, $$"""{"name":"fresh{{number}}","url":"https://fuzz.example/mcp","enabled":false}""", "id"),
        "keys" => await AddAsync(kind, $$"""{"name":"fresh{{number}}","scopes":["read"]}""", "details", "id"),
        "access-rules" => await AddAsync(kind, $$$"""{"serverId":"{{{Ids["servers"]}}}","subject":{"kind":"api_key","id":"{{{Ids["keys"]}}}"}}""", "id"),
        "routing-rules" => await AddAsync(
            kind, $$$"""{"name":"fresh{{{number}}}","enabled":false,"conditions":{"field":"tool","operator":"equals","value":"t"},"targets":{"servers":[{"server":"fuzzed"}]}}""", "id"),
        _ => null,
    };

    private HttpClient CreateHttp(string? key)
    {
        var http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    /// <summary>Callers of a tenant of their own, which no case suspends or deletes.</summary>
    private async Task AddCallersAsync()
    {
        var tenant = new TenantId(Guid.Parse(await AddAsync("tenants", """{"slug":"callers","name":"Callers"}""", "id")));
        await AddCallerAsync("the administrator of a tenant", tenant, FuzzReach.Tenant, new ApiKeyDefinition { Name = "tenant admin", Scopes = ApiKeyScope.Admin });
        await AddCallerAsync(
            "a bounded key",
            tenant,
            FuzzReach.Tenant,
            new ApiKeyDefinition { Name = "bounded", Scopes = ApiKeyScope.Admin, AllowedServers = [Guid.Parse(Ids["servers"])], AllowedAddresses = ["127.0.0.1"] });
        await AddCallerAsync("an ordinary key", TenantId.Global, FuzzReach.Nothing, new ApiKeyDefinition { Name = "ordinary", Scopes = ApiKeyScope.Read | ApiKeyScope.Proxy });

        // Well-formed, so that it is looked for; and nothing at all.
        await AddCallerAsync("somebody with a key that is gone", tenant, FuzzReach.Unknown, new ApiKeyDefinition { Name = "gone", Scopes = ApiKeyScope.Admin });
        _callers.Add(new FuzzCaller("somebody without a key", CreateHttp(null), FuzzReach.Unknown));
    }

    private async Task AddCallerAsync(string name, TenantId tenant, FuzzReach reach, ApiKeyDefinition definition)
    {
        var made = await _app.Services.GetRequiredService<IApiKeyRegistrar>().CreateAsync(tenant, ApiKeyScope.Admin, definition, AuditActor.System, CancellationToken.None);
        var secret = made.Secret ?? throw new InvalidOperationException($"The key of {name} was not made: {made.Outcome}");
        if (reach == FuzzReach.Unknown)
        {
            await _app.Services.GetRequiredService<IApiKeyRegistrar>().DeleteAsync(tenant, made.Key!.Key.Id, null, AuditActor.System, CancellationToken.None);
        }

        _secrets.Add(secret);
        _callers.Add(new FuzzCaller(name, CreateHttp(secret), reach));
    }

    private async Task SeedAsync()
    {
        Ids["tenants"] = await AddAsync("tenants", """{"slug":"fuzzed","name":"Fuzzed"}""", "id");
        Ids["servers"] = await AddAsync("servers", $$$"""{"name":"fuzzed","url":"https://fuzz.example/mcp","enabled":false,"credential":{"type":"basic","userName":"u","password":"{{{Secret}}}"}}""", "id");
        Ids["keys"] = await AddAsync("keys", """{"name":"fuzzed","scopes":["read"]}""", "details", "id");
        Ids["access-rules"] = await AddAsync("access-rules", $$$"""{"serverId":"{{{Ids["servers"]}}}","subject":{"kind":"api_key","id":"{{{Ids["keys"]}}}"}}""", "id");
        Ids["routing-rules"] = await AddAsync(
            "routing-rules", """{"name":"fuzzed","enabled":false,"conditions":{"field":"tool","operator":"equals","value":"t"},"targets":{"servers":[{"server":"fuzzed"}]}}""", "id");
        await AddCallersAsync();
    }

    private async Task<string> AddAsync(string kind, string body, params string[] path)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(new Uri($"/api/v1/{kind}", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        var element = response.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException($"{kind}: {text}");
        return path.Aggregate(element, static (value, name) => value.GetProperty(name)).GetString()!;
    }
}
