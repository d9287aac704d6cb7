using System.Globalization;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>
/// Clients that work at the same time on one server: no message of one is ever seen by another. <c>MCPREGISTRY_INTERLEAVINGS</c> sets how
/// many calls are made in each wiring; without it 1,000 are made in all.
/// </summary>
public sealed class InterleavingTests : BridgingTest
{
    private const int Workers = 8;
    private const int Wirings = 8;

    private static int Calls =>
        int.TryParse(Environment.GetEnvironmentVariable("MCPREGISTRY_INTERLEAVINGS"), NumberStyles.None, CultureInfo.InvariantCulture, out var calls) ? calls : 1_000 / Wirings;

    [Theory]
    [InlineData(Era.Modern, false, "per_session")]
    [InlineData(Era.Modern, true, "per_session")]
    [InlineData(Era.Legacy, false, "per_session")]
    [InlineData(Era.Legacy, true, "per_session")]
    [InlineData(Era.Legacy, false, "per_principal")]
    [InlineData(Era.Legacy, true, "per_principal")]
    [InlineData(Era.Legacy, false, "shared")]
    [InlineData(Era.Legacy, true, "shared")]
    public async Task Calls_OfSeveralClients_NeverMix(Era era, bool isSocket, string isolation)
    {
        var server = Own(await CountingServer.StartAsync(isSocket, Cancellation));
        await RunAsync(server, era, isSocket, isolation, Calls);
    }

    /// <summary>Calls wait for the server's own stream only for a while; what it says of them there when it is open at last is still theirs.</summary>
    [Fact]
    public async Task Calls_WhoseServerIsHeardAfterThem_NeverMix()
    {
        var server = Own(await CountingServer.StartLateAsync(Cancellation));
        await RunAsync(server, Era.Legacy, isSocket: false, "per_session", calls: 48);
    }

    private async Task RunAsync(CountingServer server, Era era, bool isSocket, string isolation, int calls)
    {
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation, $",\"isolation\":\"{isolation}\"");
        using var first = Gateway.CreateHttp(await Gateway.AddKeyAsync("first", ApiKeyScope.Proxy, Cancellation));
        using var second = Gateway.CreateHttp(await Gateway.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation));
        CountingClient[] clients =
        [
            await OpenAsync(era, "a", first, isSocket),
            await OpenAsync(era, "b", first, isSocket),

            // Where all share a session, its questions may be meant for one that can answer none.
            await OpenAsync(era, "c", second, isSocket, canAnswer: isolation != "shared"),
        ];
        var own = calls / clients.Length;
        var reading = clients.Select(client => client.ReadAsync(Cancellation)).ToArray();
        await Task.WhenAll(clients.SelectMany((client, index) => Enumerable.Range(0, Workers).Select(worker => WorkAsync(client, worker, own, reading[index]))));

        var groups = clients.GroupBy(client => GroupOf(client.Name, era, isolation), StringComparer.Ordinal).ToArray();
        Assert.Equal(groups.Length, clients.SelectMany(static client => client.Sessions.Keys).Distinct(StringComparer.Ordinal).Count());
        foreach (var group in groups)
        {
            // Each call was counted once, in the one session that these clients have at the server.
            Assert.Single(group.SelectMany(static client => client.Sessions.Keys).Distinct(StringComparer.Ordinal));
            Assert.Equal(Enumerable.Range(1, own * group.Count()), group.SelectMany(static client => client.Counts).Order());
        }

        await Task.WhenAll(clients.Select(client => server.TellAsync(client.Sessions.Keys.Single(), client.Name, CountingClient.Last)));
        await Task.WhenAll(reading);
        Assert.All(clients, client => Assert.Equal(Enumerable.Range(CountingClient.Last, own + 1), client.Told.Order()));
        Assert.Equal(0, Suspended.Count);
    }

    /// <summary>Clients that have one session at the server are one group.</summary>
    private static string GroupOf(string name, Era era, string isolation) =>
        isolation == "shared" ? "" : era == Era.Legacy && isolation == "per_session" ? name : name == "c" ? "second" : "first";

    private async Task<CountingClient> OpenAsync(Era era, string name, HttpClient http, bool isSocket, bool canAnswer = true)
    {
        var client = await RawClient.OpenAsync(http, Gateway.Mcp(), era, Cancellation, canAnswer ? Question.Everything : "{}");
        var uri = CountingServer.UriOf(name);
        if (era == Era.Legacy)
        {
            Assert.Equal("{}", (await client.CallAsync("resources/subscribe", Cancellation, $"\"uri\":\"{uri}\"")).Result.GetRawText());
        }

        var stream = Own(await OpenStream.OpenAsync(http, Gateway.Mcp(), client, $$"""{"resourceSubscriptions":["{{uri}}"]}""", Cancellation));
        return new CountingClient(name, client, stream, canAnswer, isSocket);
    }

    private static async Task WorkAsync(CountingClient client, int worker, int calls, Task reading)
    {
        for (var number = worker; number < calls; number += Workers)
        {
            await client.CallAsync(number, reading, Cancellation);
        }
    }
}
