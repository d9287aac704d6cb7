using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>
/// Principals that work at the same time on one server which keeps a counter in each session and asks while it counts: no
/// message of one is ever seen by the other. <c>MCPREGISTRY_INTERLEAVINGS</c> sets how many calls are made, 1,000 by default.
/// </summary>
public sealed class InterleavingTests : BridgingTest
{
    private const int Workers = 8;

    private static int Calls => int.TryParse(Environment.GetEnvironmentVariable("MCPREGISTRY_INTERLEAVINGS"), NumberStyles.None, CultureInfo.InvariantCulture, out var calls) ? calls : 1_000;

    [Theory]
    [InlineData(Era.Modern)]
    [InlineData(Era.Legacy)]
    public async Task Calls_OfTwoPrincipals_NeverMix(Era era)
    {
        await StartAsync(Era.Legacy);
        var counters = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        Upstream.On("tools/call", async exchange =>
        {
            var arguments = exchange.Request.Params.GetProperty("arguments");
            var (owner, number) = (arguments.GetProperty("owner").GetString()!, arguments.GetProperty("number").GetInt32());
            var session = exchange.Request.SessionId!;
            var count = counters.AddOrUpdate(session, 1, static (_, before) => before + 1);
            await exchange.ProgressAsync(number, count);
            var question = Question.Form with { Params = $$"""{"message":"{{owner}} {{number}} {{session}}","requestedSchema":{"type":"object"} }""" };
            var answer = Assert.Single(await Asking.AskAsync(Upstream, exchange, question));
            await exchange.ResultAsync($$"""{"content":[],"owner":"{{owner}}","number":{{number}},"session":"{{session}}","count":{{count}},"answer":{{answer}}}""");
        });
        using var first = Gateway.CreateHttp(await Gateway.AddKeyAsync("first", ApiKeyScope.Proxy, Cancellation));
        using var second = Gateway.CreateHttp(await Gateway.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation));
        var owners = await Task.WhenAll(OwnAsync(era, "first", first), OwnAsync(era, "second", second));

        await Task.WhenAll(owners.SelectMany(owner => Enumerable.Range(0, Workers).Select(worker => WorkAsync(owner, worker))));

        foreach (var owner in owners)
        {
            // Each call was counted once, in the one session that the principal has at the server.
            Assert.Single(owner.Sessions.Keys);
            Assert.Equal(Enumerable.Range(1, Calls / 2), owner.Counts.Order());
        }

        Assert.Empty(owners[0].Sessions.Keys.Intersect(owners[1].Sessions.Keys));
        await NothingIsLeftAsync();
    }

    private async Task<Principal> OwnAsync(Era era, string name, HttpClient http) =>
        new(name, await RawClient.OpenAsync(http, Gateway.Mcp(), era, Cancellation, Question.Everything));

    private static async Task WorkAsync(Principal owner, int worker)
    {
        for (var number = worker; number < Calls / 2; number += Workers)
        {
            var members = $"\"name\":\"up__work\",\"arguments\":{{\"owner\":\"{owner.Name}\",\"number\":{number}}}";
            var meta = $"\"progressToken\":\"{owner.Name}-{number}\"";
            var (messages, told) = owner.Client.Era == Era.Modern ? await ModernAsync(owner, members, meta) : await LegacyAsync(owner, members, meta);
            var progress = Assert.Single(messages, message => message.TryGetProperty("method", out var method) && method.ValueEquals("notifications/progress"));
            Assert.Equal($"{owner.Name}-{number}", progress.GetProperty("params").GetProperty("progressToken").GetString());
            Assert.Equal(number, progress.GetProperty("params").GetProperty("progress").GetInt32());
            var result = messages[^1].GetProperty("result");
            Assert.Equal(owner.Name, result.GetProperty("owner").GetString());
            Assert.Equal(number, result.GetProperty("number").GetInt32());
            Assert.Equal($"{owner.Name} {number} {result.GetProperty("session").GetString()}", told);
            Assert.Equal(told, result.GetProperty("answer").GetProperty("content").GetProperty("told").GetString());
            owner.Sessions.TryAdd(result.GetProperty("session").GetString()!, 0);
            owner.Counts.Add(result.GetProperty("count").GetInt32());
        }
    }

    private static async Task<(IReadOnlyList<JsonElement> Messages, string? Told)> ModernAsync(Principal owner, string members, string meta)
    {
        var first = await owner.Client.CallAsync("tools/call", Cancellation, members, meta);
        var asked = Asked(first);
        var request = Assert.Single(asked.GetProperty("inputRequests").EnumerateObject());
        var told = request.Value.GetProperty("params").GetProperty("message").GetString();
        var retry = $"{members},\"inputResponses\":{{\"{request.Name}\":{Answer(told)}}},\"requestState\":{asked.GetProperty("requestState").GetRawText()}";
        var second = await owner.Client.CallAsync("tools/call", Cancellation, retry, meta);
        return ([.. first.Messages, .. second.Messages], told);
    }

    private static async Task<(IReadOnlyList<JsonElement> Messages, string? Told)> LegacyAsync(Principal owner, string members, string meta)
    {
        var messages = new List<JsonElement>();
        string? told = null;
        using var call = await owner.Client.BeginAsync("tools/call", Cancellation, members, meta);
        while (await call.TryNextAsync(Cancellation) is { } message)
        {
            messages.Add(message);
            if (message.TryGetProperty("method", out var method) && method.ValueEquals("elicitation/create"))
            {
                Assert.Null(told);
                told = message.GetProperty("params").GetProperty("message").GetString();
                await owner.Client.RespondAsync(message, Answer(told), Cancellation);
            }
        }

        return (messages, told);
    }

    private static string Answer(string? told) => $$"""{"action":"accept","content":{"told":"{{told}}"} }""";

    private sealed record Principal(string Name, RawClient Client)
    {
        public ConcurrentDictionary<string, byte> Sessions { get; } = new(StringComparer.Ordinal);

        public ConcurrentBag<int> Counts { get; } = [];
    }
}
