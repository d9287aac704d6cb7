using System.Collections.Concurrent;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Calls that failed are sent again where that does no harm, and nowhere else: servers count what they run by the id that each call carries. None keeps state of its clients.</summary>
public sealed class RepeatedCallTests : RoutingTest
{
    private const int CallCount = 8;
    private const string Harmless = ""","annotations":{"readOnlyHint":true}""";
    private readonly List<string> _failures = [];
    private readonly ConcurrentDictionary<string, int> _runs = new(StringComparer.Ordinal);

    public static TheoryData<Era, Era, CutPoint> Cuts
    {
        get
        {
            var cuts = new TheoryData<Era, Era, CutPoint>();
            foreach (var point in Enum.GetValues<CutPoint>())
            {
                cuts.Add(Era.Modern, Era.Modern, point);
                cuts.Add(Era.Legacy, Era.Legacy, point);
                cuts.Add(Era.Legacy, Era.Modern, point);
                cuts.Add(Era.Modern, Era.Legacy, point);
            }

            return cuts;
        }
    }

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Balancing:SlowStart"] = "00:00:00",
            ["Balancing:HealthMinCalls"] = "10000",
            ["Resilience:CircuitBreaker:Enabled"] = "false",
            ["Resilience:Retry:MinPerSecond"] = "1000",
            ["Resilience:Servers:b:Tools:allowed:MayRepeat"] = "true",
        },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task ToolWithoutHints_CutAnywhere_IsNeverRunTwice(Era clientEra, Era serverEra, CutPoint point)
    {
        await using var pair = await AddAsync(serverEra, "work", "");
        pair.Cut(point);

        var answered = await CallAllAsync(clientEra, "work");

        Assert.All(_runs, static run => Assert.True(run.Value == 1, $"{run.Key} ran {run.Value} times"));
        Assert.All(answered, id => Assert.Equal(1, _runs[id]));
        Assert.True(point == CutPoint.BeforeSend ? answered.Count == CallCount : pair.Cuts > 0 && answered.Count == CallCount - pair.Cuts, $"{answered.Count} answered, {pair.Cuts} cut: {string.Join('\n', _failures)}");
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task HarmlessTool_CutAnywhere_IsAnsweredByTheOtherEndpoint(Era clientEra, Era serverEra, CutPoint point)
    {
        await using var pair = await AddAsync(serverEra, "work", Harmless);
        pair.Cut(point);

        var answered = await CallAllAsync(clientEra, "work");

        Assert.True(answered.Count == CallCount, string.Join('\n', _failures));
        Assert.All(_runs, static run => Assert.InRange(run.Value, 1, 2));
    }

    [Fact]
    public async Task ToolThatTheOperatorAllows_CutAfterItRan_RunsAgain()
    {
        await using var pair = await AddAsync(Era.Modern, "allowed", "");
        pair.Cut(CutPoint.AfterSend);

        Assert.Equal(CallCount, (await CallAllAsync(Era.Modern, "allowed")).Count);
        Assert.Equal(pair.Cuts, _runs.Values.Sum() - CallCount);
        Assert.True(pair.Cuts > 0);
    }

    /// <summary>An alias is unique in its tenant only: what the operator knows of one server says nothing about another that happens to be called the same.</summary>
    [Fact]
    public async Task NamesakeOfAnotherTenant_CutAfterItRan_IsNotRunTwice()
    {
        var tenant = await AddTenantAsync();
        await using var pair = await AddAsync(Era.Modern, "allowed", "", http: tenant);
        pair.Cut(CutPoint.AfterSend);

        var answered = await CallAllAsync(Era.Modern, "allowed", tenant);

        Assert.Equal(CallCount - pair.Cuts, answered.Count);
        Assert.All(_runs, static run => Assert.True(run.Value == 1, $"{run.Key} ran {run.Value} times"));
        Assert.True(pair.Cuts > 0);
    }

    /// <summary>A session has state at its server, which no other endpoint knows.</summary>
    [Fact]
    public async Task SessionOfALegacyServer_CutAfterItRan_IsNotMoved()
    {
        await using var pair = await AddAsync(Era.Legacy, "work", Harmless, "per_session");
        pair.Cut(CutPoint.AfterSend);

        await CallAllAsync(Era.Legacy, "work");

        Assert.True(Calls(pair.Cuttable) == 0 || Calls(pair.Whole) == 0, $"{Calls(pair.Cuttable)} and {Calls(pair.Whole)} calls");
    }

    private async Task<List<string>> CallAllAsync(Era era, string tool, HttpClient? http = null)
    {
        var answered = new List<string>();
        var client = await OpenAsync(http ?? Gateway.Http, era);
        for (var i = 0; i < CallCount; i++)
        {
            var answer = await client.CallAsync("tools/call", Cancellation, $"\"name\":\"b__{tool}\",\"arguments\":{{\"id\":\"call-{i}\"}}");
            if (answer.Body.Contains("\"result\"", StringComparison.Ordinal))
            {
                answered.Add($"call-{i}");
            }
            else
            {
                _failures.Add(answer.Body);
            }
        }

        return answered;
    }

    private async Task<Pair> AddAsync(Era era, string tool, string annotations, string isolation = "shared", HttpClient? http = null)
    {
        var pair = new Pair(await StartAsync(era, tool, annotations), await StartAsync(era, tool, annotations));
        var registry = http is null ? Gateway.Registry : new RegistryClient(http);
        await registry.RegisterAsync(
            $$"""{"name":"b","alias":"b","isolation":"{{isolation}}","endpoints":[{"url":"{{pair.Cutter.Url}}"},{"url":"{{pair.Whole.Url}}"}]}""", Cancellation);
        await registry.WaitAsync("b", "healthy", Cancellation);
        foreach (var upstream in (ScriptedUpstream[])[pair.Cuttable, pair.Whole])
        {
            await upstream.WaitUntilAsync(one => one.Requests.All.Any(request => request.Method is "subscriptions/listen" || request.Verb == "GET"), "it is connected", Cancellation);
        }

        return pair;
    }

    private async Task<ScriptedUpstream> StartAsync(Era era, string tool, string annotations)
    {
        var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
        upstream
            .On("tools/list", ListAnswers.Page("tools", $$"""[{"name":"{{tool}}","inputSchema":{"type":"object"}{{annotations}}}]"""))
            .On("tools/call", exchange =>
            {
                _runs.AddOrUpdate(exchange.Request.Params.GetProperty("arguments").GetProperty("id").GetString()!, 1, static (_, count) => count + 1);
                return exchange.ResultAsync(ScriptedServers.Complete(era, """{"content":[{"type":"text","text":"done"}]}"""));
            });
        return upstream;
    }

    private sealed class Pair(ScriptedUpstream cuttable, ScriptedUpstream whole) : IAsyncDisposable
    {
        public ScriptedUpstream Cuttable => cuttable;

        public ScriptedUpstream Whole => whole;

        public CallCutter Cutter { get; } = new(cuttable.Url);

        public int Cuts => Cutter.Cuts;

        public void Cut(CutPoint point)
        {
            Cutter.Point = point;
            if (point == CutPoint.BeforeSend)
            {
                Cutter.Stop();
            }
        }

        public ValueTask DisposeAsync() => Cutter.DisposeAsync();
    }
}
