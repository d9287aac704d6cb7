using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Repository.Tests.Snippets;

/// <summary>The C# of the README, compiled. The text between the markers must be the README's.</summary>
internal static class ReadmeHost
{
    public static void Run(string[] args)
    {
        // <snippet>
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddMcpGateway()
            .UseSqlite("Data Source=data/mcp-registry.db")
            .AddServer("everything", server => server.Url = "https://mcp.example.com/mcp");

        var app = builder.Build();
        app.MapMcpGateway();
        app.Run();
        // </snippet>
    }
}
