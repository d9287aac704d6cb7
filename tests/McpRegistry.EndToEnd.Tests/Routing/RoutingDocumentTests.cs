using System.Globalization;
using System.Text.RegularExpressions;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>The rules of docs/routing.md lead calls where it says.</summary>
public sealed partial class RoutingDocumentTests : RoutingTest
{
    private readonly Dictionary<string, (ScriptedUpstream Upstream, int Port)> _servers = new(StringComparer.Ordinal);

    [Fact]
    public async Task RoutingDocument_PreferredServers_ServeWhileOneOfThemIsUsable()
    {
        foreach (var alias in (string[])["search-eu", "search-us", "search-backup"])
        {
            var port = ReturningPort.Take();
            await StartAsync(alias, port);
            await Gateway.Registry.AddAsync(alias, _servers[alias].Upstream.Url, Cancellation);
        }

        await AddRulesAsync();
        var anybody = await OpenAsync(Era.Modern);
        var (http, _) = await AddCallerAsync("caller");
        http.DefaultRequestHeaders.Add("X-Prefer-Server", "search-us");
        var choosy = await OpenAsync(http, Era.Modern);

        var (eu, us, backup) = await SpreadAsync(anybody, 40);
        Assert.InRange(eu, 29, 31);
        Assert.Equal((40 - eu, 0), (us, backup));
        Assert.Equal((0, 8, 0), await SpreadAsync(choosy, 8));

        await StopAsync("search-us");
        Assert.Equal((8, 0, 0), await SpreadAsync(anybody, 8));
        Assert.Equal((8, 0, 0), await SpreadAsync(choosy, 8));

        await StopAsync("search-eu");
        Assert.Equal((0, 0, 8), await SpreadAsync(anybody, 8));
        Assert.Equal((0, 0, 8), await SpreadAsync(choosy, 8));

        await StartAsync("search-us", _servers["search-us"].Port);
        await Gateway.Registry.WaitAsync("search-us", "healthy", Cancellation);
        Assert.Equal((0, 8, 0), await SpreadAsync(anybody, 8));
        Assert.Equal((0, 8, 0), await SpreadAsync(choosy, 8));
    }

    /// <summary>Writes the rules as they stand in the document.</summary>
    private async Task AddRulesAsync()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "docs", "routing.md"), Cancellation);
        var matches = Request().Matches(text);
        foreach (Match match in matches)
        {
            var (status, body) = await SendAsync(Gateway.Http, new HttpMethod(match.Groups["method"].Value), match.Groups["path"].Value, match.Groups["body"].Value);

            Assert.True(((int)status).ToString(CultureInfo.InvariantCulture) == match.Groups["status"].Value, body);
        }

        Assert.Equal(2, matches.Count);
    }

    private async Task StartAsync(string alias, int port)
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation, port));
        upstream
            .On("tools/list", ListAnswers.Page("tools", """[{"name":"search","inputSchema":{"type":"object"}}]"""))
            .On("tools/call", Answers.Result(ScriptedServers.Complete(Era.Modern, $$"""{"content":[{"type":"text","text":"{{alias}}"}]}""")));
        _servers[alias] = (upstream, port);
    }

    private async Task StopAsync(string alias)
    {
        await _servers[alias].Upstream.DisposeAsync();
        await Gateway.Registry.WaitAsync(alias, "unhealthy", Cancellation);
    }

    private static async Task<(int Eu, int Us, int Backup)> SpreadAsync(RawClient client, int calls)
    {
        var answers = new List<string?>();
        for (var i = 0; i < calls; i++)
        {
            answers.Add(await WhoAsync(client, "search-eu__search"));
        }

        return (answers.Count(static one => one == "search-eu"), answers.Count(static one => one == "search-us"), answers.Count(static one => one == "search-backup"));
    }

    [GeneratedRegex("```http (?<status>[0-9]+)\n(?<method>[A-Z]+) (?<path>[^\n]+)\n(?<body>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Request();
}
