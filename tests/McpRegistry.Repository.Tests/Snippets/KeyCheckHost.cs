using McpRegistry.ApiKeys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Repository.Tests.Snippets;

/// <summary>The C# of docs/keys.md, compiled and called. The text between the markers must be the document's.</summary>
internal static class KeyCheckHost
{
    public static WebApplication Build(string[] args)
    {
        // <snippet>
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddMcpRegistryApiKeys().UseSqlite(builder.Configuration.GetConnectionString("Registry")!);

        var app = builder.Build();
        app.MapPost("/reports", async (HttpContext http, IApiKeyAuthorizer keys) =>
        {
            var decision = await keys.AuthorizeAsync(
                http.Request.Headers["X-API-Key"].ToString(),
                http.Connection.RemoteIpAddress,
                new ApiKeyDemand { Scope = ApiKeyScope.Proxy, Method = "tools/call", Counts = true },
                http.RequestAborted);
            if (decision.RetryAfter is { } wait)
            {
                http.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds)}";
            }

            return decision.IsAllowed ? Results.Ok(decision.Grant.Key.Name) : Results.StatusCode(decision.StatusCode);
        });
        // </snippet>
        return app;
    }
}
