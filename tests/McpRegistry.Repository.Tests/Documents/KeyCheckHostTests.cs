using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Repository.Tests.Snippets;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Repository.Tests.Documents;

/// <summary>A service without the gateway that is set up as the document shows answers as the document says.</summary>
public sealed class KeyCheckHostTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-registry-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Service_OfTheDocument_AnswersByScopeAndLimit()
    {
        await using var app = KeyCheckHost.Build(
            ["--urls", "http://127.0.0.1:0", $"--ConnectionStrings:Registry=Data Source={Path.Combine(_folder.FullName, "registry.db")}"]);
        await app.StartAsync(Cancellation);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var good = await IssueAsync(app.Services, new ApiKeyDefinition { Name = "good", Scopes = ApiKeyScope.Proxy, LimitPerDay = 1 });
        var other = await IssueAsync(app.Services, new ApiKeyDefinition { Name = "other", Scopes = ApiKeyScope.Read });

        using var nobody = await PostAsync(http, null);
        using var forbidden = await PostAsync(http, other);
        using var first = await PostAsync(http, good);
        using var second = await PostAsync(http, good);

        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.True(second.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        await app.StopAsync(Cancellation);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> IssueAsync(IServiceProvider services, ApiKeyDefinition definition) =>
        (await services.GetRequiredService<IApiKeyRegistrar>().CreateAsync(TenantId.Global, ApiKeyScope.Admin, definition, AuditActor.System, Cancellation)).Secret!;

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/reports");
        if (key is not null)
        {
            request.Headers.Add("X-API-Key", key);
        }

        return await http.SendAsync(request, Cancellation);
    }
}
