using System.Net;
using System.Text;
using McpRegistry.EndToEnd.Tests.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.EndToEnd.Tests.Credentials;

/// <summary>The database is there and the keys that sealed its secrets are not.</summary>
public sealed class LostKeyRingTests : EndToEndTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-registry-ring-").FullName;
    private readonly LogLines _log = new();

    private protected override GatewaySetup Setup => WithRing("first");

    [Fact]
    public async Task Start_WithAnotherRing_NamesTheServerServesOthersAndTakesTheSecretAnew()
    {
        var guarded = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        var plain = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await Gateway.Registry.AddAsync("guarded", guarded.Url, Cancellation, Header("first"));
        await Gateway.Registry.AddAsync("plain", plain.Url, Cancellation);
        await Gateway.StopAsync();
        var seen = guarded.Requests.All.Count;

        await using var host = await GatewayHost.StartAsync(Cancellation, WithRing("second"));
        var server = await host.Registry.WaitAsync("guarded", "unhealthy", Cancellation);
        await host.Registry.WaitAsync("plain", "healthy", Cancellation);

        Assert.Equal("credential_failed", RegistryClient.Reason(server));
        Assert.Contains(_log.Lines, static line => line.Contains("The stored credential of server guarded cannot be opened", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, static line => line.Contains("credential of server plain", StringComparison.Ordinal));
        var client = await RawClient.OpenAsync(host.Http, host.Mcp(), Era.Modern, Cancellation);
        Assert.Equal(HttpStatusCode.OK, (await client.CallToolAsync("plain__work", Cancellation)).Status);
        Assert.Equal(seen, guarded.Requests.All.Count);

        var (path, definition) = ($"/api/v1/servers/{server.GetProperty("id").GetString()}", server.GetProperty("definition").GetRawText());
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync(host, path, definition));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(host, path, definition.Replace("***", "second", StringComparison.Ordinal)));
        await host.Registry.WaitAsync("guarded", "healthy", Cancellation);
        await client.CallToolAsync("guarded__work", Cancellation);

        Assert.Equal("second", Assert.Single(guarded.Requests.Of("tools/call")).Headers["X-Secret-Key"]);
    }

    private static string Header(string value) => $$$""","credential":{"type":"headers","headers":{"X-Secret-Key":"{{{value}}}"}}""";

    private static async Task<HttpStatusCode> PutAsync(GatewayHost host, string path, string definition)
    {
        using var body = new StringContent(definition, Encoding.UTF8, "application/json");
        using var response = await host.Http.PutAsync(new Uri(path, UriKind.Relative), body, Cancellation);
        return response.StatusCode;
    }

    private GatewaySetup WithRing(string name) => new()
    {
        DatabaseFile = Path.Combine(_folder, "registry.db"),
        Services = services =>
        {
            services.AddLogging(logging => logging.AddProvider(_log));
            services.AddDataProtection().SetApplicationName("credentials").PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(_folder, name)));
        },
    };
}
