using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>The values that a process gets in its environment are for the process.</summary>
[Collection(NodeCollection.Name)]
public sealed class HiddenEnvironmentTests : EndToEndTest
{
    private const string Secret = "S3CR3T-of-the-environment";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Servers:declared:Command"] = "node",
            ["Servers:declared:Arguments:0"] = NodeServers.Misbehaving,
            ["Servers:declared:Arguments:1"] = "normal",
            ["Servers:declared:Environment:TOKEN"] = Secret,
            ["Stdio:AllowedCommands:0:Command"] = "node",
            ["Stdio:AllowedCommands:0:Arguments:0"] = NodeServers.Misbehaving,
            ["Stdio:AllowedEnvironmentVariables:0"] = "TOKEN",
        },
    };

    [Fact]
    public async Task Answers_OfEveryRoute_HaveTheNamesOnly()
    {
        var added = await Gateway.Registry.RegisterAsync(
            $$$"""{"name":"added","alias":"added","command":"node","arguments":["{{{NodeServers.Misbehaving}}}","normal"],"environment":{"TOKEN":"{{{Secret}}}"}}""", Cancellation);
        var answers = added.GetRawText();
        foreach (var alias in (string[])["declared", "added"])
        {
            var server = await Gateway.Registry.WaitAsync(alias, "healthy", Cancellation);
            answers += (await Gateway.Registry.DescribeAsync(alias, Cancellation)).GetRawText() + (await Gateway.Registry.RefreshAsync(alias, Cancellation)).GetRawText();
            answers += await Gateway.Http.GetStringAsync(new Uri($"/api/v1/servers/{server.GetProperty("id").GetString()}", UriKind.Relative), Cancellation);
        }

        foreach (var path in (string[])["/api/v1/servers", "/api/v1/audit", "/api/v1/audit/export"])
        {
            answers += await Gateway.Http.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation);
        }

        Assert.Contains("\"TOKEN\":\"***\"", answers, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, answers, StringComparison.Ordinal);
    }
}
