using McpRegistry.Discovery;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Each condition alone and all of them together.</content>
public abstract partial class DiscoverySuite
{
    [Fact]
    public async Task Find_NoCondition_ReturnsEnabledServersInOrder()
    {
        await AddAsync("b");
        await AddAsync("A");
        await AddAsync(Sample.Server(Tenant, "off") with { Enabled = false });

        Assert.Equal(["A", "b"], await FindAsync(new ServerQuery()));
        Assert.Equal(["A", "b", "off"], await FindAsync(new ServerQuery { IncludeDisabled = true }));
    }

    [Fact]
    public async Task Find_Tools_MustAllBeThereAndRepeatsChangeNothing()
    {
        await AddAsync("both", Sample.Tool("read", 0), Sample.Tool("write", 1), Sample.Tool("other", 2));
        await AddAsync("one", Sample.Tool("read", 0));
        await AddAsync("prompt", Sample.Tool("read", 0), Sample.Prompt("write", 1));
        await AddAsync(Sample.Server(Tenant, "never discovered"));

        Assert.Equal(["both"], await FindAsync(new ServerQuery { Tools = ["read", "write"] }));
        Assert.Equal(["both"], await FindAsync(new ServerQuery { Tools = ["write", "read", "write", "read", "read"] }));
        Assert.Equal(["both", "one", "prompt"], await FindAsync(new ServerQuery { Tools = ["read", "read"] }));
        Assert.Empty(await FindAsync(new ServerQuery { Tools = ["read", "Write"] }));
        Assert.Empty(await FindAsync(new ServerQuery { Tools = ["rea"] }));
    }

    [Fact]
    public async Task Find_AsManyTermsAsAllowed_FindsTheServerThatHasThemAll()
    {
        string[] names = [.. Enumerable.Range(0, ServerQuery.MostTerms).Select(i => $"name {i}")];
        CatalogueItem[] items =
        [
            .. names.Select((name, i) => Sample.Tool(name, i)),
            .. names.Select((name, i) => Sample.Prompt(name, i)),
            .. names.Select((name, i) => Sample.Resource("test://" + name, i)),
        ];
        await AddAsync(Sample.Server(Tenant, "all") with { Tags = [.. names] }, Sample.Report(items));
        await AddAsync(Sample.Server(Tenant, "all but one") with { Tags = [.. names] }, Sample.Report([.. items.Skip(1)]));

        var query = new ServerQuery { Tools = [.. names], Prompts = [.. names], Resources = [.. names], Tags = [.. names], IncludeMatches = true, IncludeTotal = true };

        Assert.Equal(["all"], await FindAsync(query));
    }

    [Fact]
    public void Query_MoreTermsThanAllowed_Throws()
    {
        string[] names = [.. Enumerable.Range(0, ServerQuery.MostTerms + 1).Select(i => $"name {i}")];

        Assert.Throws<ArgumentException>(() => new ServerQuery { Tools = [.. names] });
        Assert.Throws<ArgumentException>(() => new ServerQuery { Prompts = [.. names] });
        Assert.Throws<ArgumentException>(() => new ServerQuery { Resources = [.. names] });
        Assert.Throws<ArgumentException>(() => new ServerQuery { Tags = [.. names] });
    }

    [Fact]
    public async Task Find_Prompts_MustAllBeThere()
    {
        await AddAsync("both", Sample.Prompt("greet", 0), Sample.Prompt("part", 1));
        await AddAsync("one", Sample.Prompt("greet", 0), Sample.Tool("part", 0));

        Assert.Equal(["both"], await FindAsync(new ServerQuery { Prompts = ["part", "greet", "part"] }));
        Assert.Equal(["both", "one"], await FindAsync(new ServerQuery { Prompts = ["greet"] }));
        Assert.Equal(["one"], await FindAsync(new ServerQuery { Prompts = ["greet"], Tools = ["part"] }));
    }

    [Fact]
    public async Task Find_Resources_OneTextInOneUriOrTemplateIsEnough()
    {
        await AddAsync("file", Sample.Resource("file:///srv/Data/report.csv"), Sample.Resource("file:///x", 1));
        await AddAsync("template", Sample.Template("db://{table}/rows"));
        await AddAsync("none", Sample.Tool("file:///srv/Data", 0));

        Assert.Equal(["file"], await FindAsync(new ServerQuery { Resources = ["Data"] }));
        Assert.Empty(await FindAsync(new ServerQuery { Resources = ["data"] }));
        Assert.Equal(["file", "template"], await FindAsync(new ServerQuery { Resources = ["{table}", "report", "nowhere", "report"] }));
        Assert.Equal(["file", "template"], await FindAsync(new ServerQuery { Resources = [""] }));
        Assert.Equal(["template"], await FindAsync(new ServerQuery { Resources = ["s", "db:"], Text = "TEMP" }));
    }

    [Fact]
    public async Task Find_Tags_MustAllBeThere()
    {
        await AddAsync(Sample.Server(Tenant, "both") with { Tags = ["Red", "blue"] });
        await AddAsync(Sample.Server(Tenant, "one") with { Tags = ["Red"] });

        Assert.Equal(["both"], await FindAsync(new ServerQuery { Tags = ["blue", "Red", "blue"] }));
        Assert.Equal(["both", "one"], await FindAsync(new ServerQuery { Tags = ["Red"] }));
        Assert.Empty(await FindAsync(new ServerQuery { Tags = ["red"] }));
    }

    [Fact]
    public async Task Find_ChangedServer_IsFoundByWhatItHasNow()
    {
        var server = await AddAsync(
            Sample.Server(Tenant, "before") with { Tags = ["old"], Description = "was" }, Sample.Report(Sample.Tool("old", 0)));

        await Servers.UpdateAsync(Tenant, server with { Name = "after", Tags = ["new"], Description = "is" }, null, Cancellation);
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(Sample.Tool("new", 0)), Cancellation);

        Assert.Equal(["after"], await FindAsync(new ServerQuery { Tags = ["new"], Tools = ["new"], Text = "is" }));
        Assert.Equal(["after"], await FindAsync(new ServerQuery { Text = "AFTER" }));
        Assert.Empty(await FindAsync(new ServerQuery { Tags = ["old"] }));
        Assert.Empty(await FindAsync(new ServerQuery { Tools = ["old"] }));
        Assert.Empty(await FindAsync(new ServerQuery { Text = "was" }));
        await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation);
        Assert.Empty(await FindAsync(new ServerQuery { IncludeDisabled = true }));
    }

    [Fact]
    public async Task Find_Health_IsAnyOfThose()
    {
        foreach (var health in Enum.GetValues<ServerHealth>())
        {
            await AddAsync(Sample.Server(Tenant, $"{health}"), Healthy(health));
        }

        await AddAsync(Sample.Server(Tenant, "New"));

        Assert.Equal(["Healthy"], await FindAsync(new ServerQuery { Health = [ServerHealth.Healthy] }));
        Assert.Equal(["New", "Unknown"], await FindAsync(new ServerQuery { Health = [ServerHealth.Unknown, ServerHealth.Unknown] }));
        Assert.Equal(
            ["Healthy", "Maintenance", "Unhealthy"],
            await FindAsync(new ServerQuery { Health = [ServerHealth.Unhealthy, ServerHealth.Healthy, ServerHealth.Maintenance] }));
        Assert.Equal(
            ["Degraded", "New", "Unknown"], await FindAsync(new ServerQuery { Health = [ServerHealth.Unknown, ServerHealth.Degraded] }));
    }

    [Fact]
    public async Task Find_Transport_OneEndpointIsEnough()
    {
        await AddAsync(Sample.FullServer(Tenant) with { Name = "three", Enabled = true, Visibility = ServerVisibility.Tenant });
        await AddAsync("http");
        await AddAsync(Sample.Server(Tenant, "live") with
        {
            Endpoints = [Sample.Endpoint() with { Transport = TransportKind.WebSocket, Url = "wss://live.example/mcp" }],
        });

        Assert.Equal(["live"], await FindAsync(new ServerQuery { Transport = TransportKind.WebSocket }));
        Assert.Equal(["three"], await FindAsync(new ServerQuery { Transport = TransportKind.Stdio }));
        Assert.Equal(["three"], await FindAsync(new ServerQuery { Transport = TransportKind.Sse }));
        Assert.Equal(["http", "three"], await FindAsync(new ServerQuery { Transport = TransportKind.StreamableHttp }));
    }

    [Fact]
    public async Task Find_Text_IsInNameOrDescriptionWhateverItsCase()
    {
        await AddAsync(Sample.Server(Tenant, "Wetter Köln"));
        await AddAsync(Sample.Server(Tenant, "other") with { Description = "Das WETTER überall" });
        await AddAsync(Sample.Server(Tenant, "border ") with { Description = "line" });

        Assert.Equal(["other", "Wetter Köln"], await FindAsync(new ServerQuery { Text = "wetter" }));
        Assert.Equal(["Wetter Köln"], await FindAsync(new ServerQuery { Text = "KÖLN" }));
        Assert.Equal(["other"], await FindAsync(new ServerQuery { Text = "ÜBERall" }));
        Assert.Empty(await FindAsync(new ServerQuery { Text = "koln" }));
        Assert.Empty(await FindAsync(new ServerQuery { Text = "border line" }));
        Assert.Equal(3, (await FindAsync(new ServerQuery { Text = "" })).Length);
    }

    [Fact]
    public async Task Find_AllConditions_MustHoldTogether()
    {
        var owner = Guid.CreateVersion7();
        var wanted = Sample.Server(Tenant, "wanted") with
        {
            Tags = ["t"],
            Owner = owner,
            Description = "the one",
            Endpoints = [Sample.Endpoint() with { Transport = TransportKind.Sse }],
        };
        var report = Sample.Report(Sample.Tool("a", 0), Sample.Tool("b", 1), Sample.Resource("file:///z"), Sample.Prompt("p"));
        var query = new ServerQuery
        {
            Tools = ["a", "b"], Resources = ["z"], Prompts = ["p"], Tags = ["t"], Health = [ServerHealth.Healthy],
            Transport = TransportKind.Sse, Owner = owner, Text = "ONE",
        };
        await AddAsync(wanted, report);

        // Each of the others fails one condition.
        await AddAsync(Other() with { Tags = [] }, report);
        await AddAsync(Other() with { Owner = Guid.CreateVersion7() }, report);
        await AddAsync(Other() with { Owner = null }, report);
        await AddAsync(Other() with { Description = "the 1" }, report);
        await AddAsync(Other() with { Enabled = false }, report);
        await AddAsync(Other() with { Endpoints = [Sample.Endpoint()] }, report);
        await AddAsync(Other(), report with { Health = ServerHealth.Degraded });
        foreach (var item in report.Items)
        {
            await AddAsync(Other(), report with { Items = report.Items.Remove(item) });
        }

        Assert.Equal(["wanted"], await FindAsync(query));
        Assert.Equal(["wanted"], await FindAsync(query with { Sort = ServerSort.Name, Descending = true }));

        RegisteredServer Other() => wanted with
        {
            Id = Guid.CreateVersion7(), Name = Sample.Token(), Alias = Sample.Token(), Endpoints = [wanted.Endpoints[0] with { Id = Guid.CreateVersion7() }],
        };
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Find_HostileText_IsTakenLiterally(string text)
    {
        await AddAsync(
            Sample.Server(Tenant, text) with { Tags = [text], Description = "x" + text + "x" },
            Sample.Report(Sample.Tool(text, 0), Sample.Prompt(text), Sample.Resource("uri:" + text), Sample.Template("uri:{x}" + text)));
        await AddAsync(
            Sample.Server(Tenant, "bait 0000 00 e000 a b done") with { Tags = ["bait"], Description = "bait" },
            Sample.Report(Sample.Tool("bait", 0), Sample.Prompt("bait"), Sample.Resource("bait:0000")));

        Assert.Equal([text], await FindAsync(new ServerQuery { Tools = [text] }));
        Assert.Equal([text], await FindAsync(new ServerQuery { Prompts = [text] }));
        Assert.Equal([text], await FindAsync(new ServerQuery { Tags = [text] }));
        Assert.Equal([text], await FindAsync(new ServerQuery { Resources = [text] }));
        Assert.Equal([text], await FindAsync(new ServerQuery { Text = text }));
        Assert.Equal([text], await FindAsync(new ServerQuery { Text = text + "x" }));
        Assert.Empty(await FindAsync(new ServerQuery { Tools = [text + "x"] }));
        Assert.Empty(await FindAsync(new ServerQuery { Resources = ["x" + text + "x"] }));
        var page = await Search.FindAsync(
            Tenant, new ServerQuery { Tools = [text], Prompts = [text], Resources = [text], IncludeMatches = true }, Cancellation);
        Assert.Equal([text, "uri:" + text, "uri:{x}" + text, text], Assert.Single(page.Servers).Matches.Select(item => item.Key));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("\\")]
    [InlineData("a%c")]
    [InlineData("a_c")]
    [InlineData("*")]
    [InlineData("a?c")]
    [InlineData("[a-z]")]
    public async Task Find_Wildcard_StandsForItself(string text)
    {
        await AddAsync(
            Sample.Server(Tenant, "abc") with { Description = "abc" },
            Sample.Report(Sample.Resource("abc"), Sample.Template("abc")));
        Assert.Empty(await FindAsync(new ServerQuery { Resources = [text] }));
        Assert.Empty(await FindAsync(new ServerQuery { Text = text }));

        await AddAsync($"name {text}", Sample.Resource($"x{text}x"));

        Assert.Equal([$"name {text}"], await FindAsync(new ServerQuery { Resources = [text] }));
        Assert.Equal([$"name {text}"], await FindAsync(new ServerQuery { Text = text }));
    }

    [Fact]
    public async Task Find_EscapedCharacters_AreComparedWhole()
    {
        await AddAsync(Sample.Server(Tenant, "smile 😀") with { Description = "nul \0 0" });

        Assert.Empty(await FindAsync(new ServerQuery { Text = "\uD83D" }));
        Assert.Empty(await FindAsync(new ServerQuery { Text = "\uDE00" }));
        Assert.Empty(await FindAsync(new ServerQuery { Text = "00" }));
        Assert.Empty(await FindAsync(new ServerQuery { Text = "\uE000" }));
        Assert.Empty(await FindAsync(new ServerQuery { Text = "\uE001" }));
        Assert.Equal(["smile 😀"], await FindAsync(new ServerQuery { Text = "E 😀" }));
        Assert.Equal(["smile 😀"], await FindAsync(new ServerQuery { Text = "\0 0" }));
    }
}
