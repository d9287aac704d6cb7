using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Bridging;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

public sealed class ActiveRequestTests : RoutingTest
{
    private const string RequestsPath = "/api/v1/router/requests";

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Cancel_CallUnderWay_EndsItAtTheServerAndTellsTheClient(Era client, Era server)
    {
        var (gate, ended, upstream) = await AddHoldingAsync(server);
        var call = (await OpenAsync(client)).CallToolAsync("a__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);
        var listed = Assert.Single(await ListAsync("?server=a"));

        Assert.Equal(("tools/call", "running", "a", "work"), (Text(listed, "method"), Text(listed, "state"), Text(listed, "server"), Text(listed, "item")));
        Assert.Empty(await ListAsync("?server=b"));
        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(Gateway.Http, Text(listed, "id")!));

        var answer = await call;
        Assert.Equal("cancelled", answer.Reason);
        await (server == Era.Modern
            ? ended.WaitAsync(Cancellation)
            : upstream.WaitUntilAsync(static one => one.Requests.Of("notifications/cancelled").Count == 1, "it is told", Cancellation));
        Assert.Empty(await ListAsync());
        Assert.Equal(HttpStatusCode.NotFound, await CancelAsync(Gateway.Http, Text(listed, "id")!));
        Assert.Single(upstream.Requests.Of("tools/call"));
        gate.Open();
    }

    [Fact]
    public async Task Cancel_SuspendedCall_IsWhatItsRetryIsTold()
    {
        await AddAskingAsync();
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Question.Everything);
        var asked = await client.CallToolAsync("up__work", Cancellation);
        var listed = Assert.Single(await ListAsync());

        Assert.Equal("suspended", Text(listed, "state"));
        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(Gateway.Http, Text(listed, "id")!));

        var retry = await client.CallAsync(
            "tools/call", Cancellation, $"\"name\":\"up__work\",\"arguments\":{{}},\"inputResponses\":{{}},\"requestState\":{asked.Result.GetProperty("requestState").GetRawText()}");
        Assert.Equal("cancelled", retry.Reason);
        Assert.Empty(await ListAsync());
    }

    /// <summary>Its client may never come back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SuspendedCall_HasEndedAtItsServer_IsUnderWayNoMore(bool isCancelled)
    {
        var upstream = await AddAskingAsync();
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Question.Everything);
        await client.CallToolAsync("up__work", Cancellation);
        var listed = Assert.Single(await ListAsync());

        await (isCancelled ? CancelAsync(Gateway.Http, Text(listed, "id")!) : upstream.DisposeAsync().AsTask());

        await WaitAsync(async () => (await ListAsync()).Length == 0, "it is listed no more");
        await WaitAsync(async () => await InFlightAsync() == 0, "its session is free");
    }

    [Fact]
    public async Task Cancel_LeavesAnEvent()
    {
        var (gate, _, _) = await AddHoldingAsync(Era.Modern);
        var call = (await OpenAsync(Era.Modern)).CallToolAsync("a__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);
        var id = Text(Assert.Single(await ListAsync()), "id")!;

        await CancelAsync(Gateway.Http, id);
        await call;

        var (_, body) = await SendAsync(Gateway.Http, HttpMethod.Get, "/api/v1/audit?action=call.cancel");
        Assert.Contains(id, body, StringComparison.Ordinal);
        Assert.Contains("a: work", body, StringComparison.Ordinal);
        gate.Open();
    }

    [Fact]
    public async Task CallOfAnotherTenant_IsNeitherShownNorCancelled()
    {
        var (gate, _, _) = await AddHoldingAsync(Era.Modern);
        var other = await AddTenantAsync();
        var call = (await OpenAsync(Era.Modern)).CallToolAsync("a__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);
        var id = Text(Assert.Single(await ListAsync()), "id")!;

        Assert.Empty(await ListAsync(http: other));
        Assert.Equal(HttpStatusCode.NotFound, await CancelAsync(other, id));

        gate.Open();
        Assert.Equal(HttpStatusCode.OK, (await call).Status);
    }

    [Fact]
    public async Task CallToAServerThatAnAdministratorMayNotUse_IsNeitherShownNorCancelled()
    {
        var (gate, _, _) = await AddHoldingAsync(Era.Modern);
        await AddTwinAsync("b");
        var other = (await Gateway.Registry.FindAsync("b", Cancellation)).GetProperty("id").GetGuid();
        var (bound, _) = await AddCallerAsync("bound", ApiKeyScope.Admin, key => key with { AllowedServers = [other] });
        var call = (await OpenAsync(Era.Modern)).CallToolAsync("a__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);
        var id = Text(Assert.Single(await ListAsync()), "id")!;

        Assert.Empty(await ListAsync(http: bound));
        Assert.Equal(HttpStatusCode.NotFound, await CancelAsync(bound, id));

        gate.Open();
        await call;
    }

    [Fact]
    public async Task Requests_OfOrdinaryCallers_AreForbidden()
    {
        var (caller, _) = await AddCallerAsync("caller");

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(caller, HttpMethod.Get, RequestsPath)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, await CancelAsync(caller, "0-1"));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?cursor=%00")]
    [InlineData("?server=A%20B")]
    [InlineData("?server=a&server=b")]
    public async Task Requests_BadQuery_IsRefused(string query) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(Gateway.Http, HttpMethod.Get, RequestsPath + query)).Status);

    /// <summary>Adds a server whose tool holds calls until the gate opens, and tells when one was cut off.</summary>
    private async Task<(Gate Gate, Task Ended, ScriptedUpstream Upstream)> AddHoldingAsync(Era era)
    {
        var upstream = await AddTwinAsync("a", era);
        var gate = new Gate();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.On("tools/call", exchange =>
        {
            exchange.Ended.Register(ended.SetResult);
            return Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[]}"""))(exchange);
        });
        return (gate, ended.Task, upstream);
    }

    private async Task<long> InFlightAsync()
    {
        var (_, body) = await SendAsync(Gateway.Http, HttpMethod.Get, "/api/v1/router/metrics?server=up");
        return JsonElement.Parse(body).GetProperty("servers")[0].GetProperty("endpoints")[0].GetProperty("inFlight").GetInt64();
    }

    private async Task<ScriptedUpstream> AddAskingAsync()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        return upstream.On("tools/call", Asking.AtOnce(upstream, Question.Form));
    }

    private async Task<JsonElement[]> ListAsync(string query = "", HttpClient? http = null)
    {
        var (status, body) = await SendAsync(http ?? Gateway.Http, HttpMethod.Get, RequestsPath + query);
        Assert.True(status == HttpStatusCode.OK, body);
        return [.. JsonElement.Parse(body).GetProperty("requests").EnumerateArray()];
    }

    private static async Task<HttpStatusCode> CancelAsync(HttpClient http, string id) => (await SendAsync(http, HttpMethod.Delete, $"{RequestsPath}/{id}")).Status;

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
