using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Principals;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Repository.Tests.Snippets;

/// <summary>The C# of docs/authentication.md, compiled. The text between the markers must be the document's.</summary>
internal static class AuthenticationHost
{
    public static void Run(string[] args)
    {
        // <snippet>
        var builder = WebApplication.CreateBuilder(args);

        // AddJwtBearer("Bearer", ...) of Microsoft.AspNetCore.Authentication.JwtBearer goes here as well.
        builder.Services.AddAuthentication().AddCookie("Cookies");
        builder.Services.AddMcpGateway()
            .UseSqlite("Data Source=data/mcp-registry.db")
            .AcceptPrincipals("Cookies");
        builder.Services.Configure<PrincipalOptions>(options =>
        {
            options.TenantClaim = "organization";
            options.RequireTenant = true;
            options.ProvisionUsers = true;
        });

        var app = builder.Build();
        app.MapMcpGateway();
        app.MapGet("/reports", () => "for everybody who may read the registry").RequireAuthorization(McpRegistryPolicies.Read);
        app.Run();
        // </snippet>
    }
}
