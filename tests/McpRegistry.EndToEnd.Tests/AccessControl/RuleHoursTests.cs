using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport;

namespace McpRegistry.EndToEnd.Tests.AccessControl;

/// <summary>What the clock gives and takes away is told like what an administrator does; the clock is the test's.</summary>
public sealed class RuleHoursTests : AccessTest
{
    private readonly ManualTimeProvider _clock = new();

    public RuleHoursTests() => _clock.Advance(TimeSpan.FromMinutes(58));

    private protected override GatewaySetup Setup => base.Setup with { Clock = _clock };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Hour_OfRulesTurns_OpenStreamsSayThatTheListsChanged(Era era)
    {
        var (_, early) = await AddServerAsync("early");
        var (_, late) = await AddServerAsync("late");
        var (http, key) = await AddCallerAsync("one");
        await GrantAsync(early, key, ",\"allowedHours\":[0]");
        await GrantAsync(late, key, ",\"allowedHours\":[1]");
        var client = await OpenAsync(http, era);
        var stream = await WatchAsync(client, """{"toolsListChanged":true}""", http: http);
        Assert.Equal(["early__work"], Names(await client.CallAsync("tools/list", Cancellation)));

        var next = stream.NextAsync(Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(119));
        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await WaitAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(50));
                return next.IsCompleted;
            },
            "the stream tells");

        Assert.Equal("notifications/tools/list_changed", (await next).GetProperty("method").GetString());
        Assert.Equal(["late__work"], Names(await client.CallAsync("tools/list", Cancellation)));
    }
}
