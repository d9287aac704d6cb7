using McpRegistry;
using McpRegistry.SampleHost;

var builder = WebApplication.CreateBuilder(args);

// 1. The registry and the gateway, with a store of your choice.
var gateway = builder.Services.AddMcpGateway();
UseStorage(gateway, builder.Configuration);

// 2. Servers: from code as here, from McpRegistry:Servers in appsettings.json, or over REST while the host runs.
gateway.AddServer("sample", server =>
{
    server.Description = "Time, units, text statistics and notes";
    server.Command = "dotnet";
    server.Arguments = [Path.Combine(AppContext.BaseDirectory, "sample-server", "McpRegistry.SampleServer.dll"), "stdio"];
});

// 3. The audit trail goes on to a file, where one is named.
if (builder.Configuration[FileAuditSink.Setting] is not null)
{
    gateway.AddAuditSink<FileAuditSink>();
}

var app = builder.Build();

// 4. /mcp, /mcp/{alias} and /api/v1/servers.
app.MapMcpGateway();

await app.StartAsync();
ReadyMessage.Print(app.Urls);
await app.WaitForShutdownAsync();

static void UseStorage(IMcpRegistryBuilder gateway, ConfigurationManager configuration)
{
    var connection = configuration.GetConnectionString("McpRegistry");
    var provider = configuration["McpRegistry:Storage:Provider"] ?? "Sqlite";
    _ = provider.ToUpperInvariant() switch
    {
        "SQLITE" => gateway.UseSqlite(connection ?? "Data Source=data/mcp-registry.db"),
        "POSTGRESQL" => gateway.UsePostgreSql(connection ?? throw new InvalidOperationException("Set ConnectionStrings:McpRegistry to the PostgreSQL database.")),
        "INMEMORY" => gateway.UseInMemory(),
        _ => throw new InvalidOperationException($"McpRegistry:Storage:Provider is '{provider}'; it must be Sqlite, PostgreSql or InMemory."),
    };
}
