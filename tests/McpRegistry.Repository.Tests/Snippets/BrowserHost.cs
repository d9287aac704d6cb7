using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Repository.Tests.Snippets;

/// <summary>The C# about browsers in docs/authentication.md, compiled and called. The text between the markers must be the document's.</summary>
internal static class BrowserHost
{
    public static WebApplication Build(string[] args)
    {
        // <snippet>
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddMcpGateway().UseInMemory();
        builder.Services.AddCors(cors => cors.AddPolicy("mcp", policy => policy
            .WithOrigins("https://app.example.com")
            .WithMethods("GET", "POST", "DELETE")
            .AllowAnyHeader()
            .WithExposedHeaders("Mcp-Session-Id", "WWW-Authenticate", "Retry-After")));

        var app = builder.Build();
        // In this order: what a browser asks first has no key.
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapMcpGateway().RequireCors("mcp");
        // </snippet>
        return app;
    }
}
