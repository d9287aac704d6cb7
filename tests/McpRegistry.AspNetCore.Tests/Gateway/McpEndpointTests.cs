using System.Security.Claims;
using System.Text;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Analytics;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Gateway;
using McpRegistry.AspNetCore.Tests.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Routing;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Tests.Gateway;

public sealed class McpEndpointTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("\"a\"")]
    public async Task PostAsync_UnforeseenFailure_AnswersWithTheIdOfTheRequest(string id)
    {
        var options = Options.Create(new GatewayOptions());

        // There is no dispatcher, so that whatever passes the checks fails in a way that nobody foresaw.
        var modern = new ModernHandler(null!, options, new ManualTimeProvider());
        await using var services = Services();
        var endpoint = new McpEndpoint(
            modern, null!, null!, services.GetRequiredService<RequestObserver>(), new RoutingRules(NullLogger<RoutingRules>.Instance), options, NullLogger<McpEndpoint>.Instance);
        var context = Post($$$"""
            {"jsonrpc":"2.0","id":{{{id}}},"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{} } } }
            """);

        await endpoint.PostAsync(context);

        Assert.Equal(500, context.Response.StatusCode);
        using var answer = JsonDocument.Parse(((MemoryStream)context.Response.Body).ToArray());
        Assert.Equal(id, answer.RootElement.GetProperty("id").GetRawText());
        Assert.Equal(-32603, answer.RootElement.GetProperty("error").GetProperty("code").GetInt32());
    }

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddLogging();
        services.AddMcpGateway().UseInMemory();
        return services.BuildServiceProvider();
    }

    private static DefaultHttpContext Post(string body)
    {
        var key = SampleKey.Of(ApiKeyScope.Proxy);
        var context = new DefaultHttpContext { User = new ClaimsPrincipal(new ApiKeyIdentity(new ApiKeyClaims(new ApiKeyGrant(key, null)))) };
        context.Request.Method = "POST";
        context.Request.ContentType = "application/json";
        context.Request.Headers["MCP-Protocol-Version"] = "2026-07-28";
        context.Request.Headers["Mcp-Method"] = "tools/list";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        context.Response.Body = new MemoryStream();
        return context;
    }
}
