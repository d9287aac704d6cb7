using McpRegistry.Core.Tests.Gateway;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Gateway;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

public sealed class CallPoliciesTests
{
    private const string Meta = "io.github.mcpregistry/timeoutMs";

    [Fact]
    public void TimesOf_ToolServerAndGateway_TheNearestHolds()
    {
        var options = new ResilienceOptions
        {
            AttemptTimeout = TimeSpan.FromSeconds(9),
            Servers =
            {
                ["A"] = new ServerResilienceOptions
                {
                    RequestTimeout = TimeSpan.FromSeconds(20),
                    Tools = { ["slow"] = new ToolResilienceOptions { MaxRequestDuration = TimeSpan.FromHours(1) } },
                },
            },
        };

        Assert.Equal(new CallTimes(Seconds(20), TimeSpan.FromHours(1), Seconds(9)), Times(options, "slow"));
        Assert.Equal(new CallTimes(Seconds(20), TimeSpan.FromMinutes(10), Seconds(9)), Times(options, "other"));
        Assert.Equal(new CallTimes(Seconds(60), TimeSpan.FromMinutes(10)), Times(new ResilienceOptions(), "slow"));
    }

    [Theory]
    [InlineData("1500", 1.5, 1.5, true)]
    [InlineData("90000", 90, 90, true)]
    [InlineData("99999999999999", 600, 600, false)]
    [InlineData("0", 60, 600, false)]
    [InlineData("-5", 60, 600, false)]
    [InlineData("1.5", 60, 600, false)]
    [InlineData("\"1500\"", 60, 600, false)]
    [InlineData("null", 60, 600, false)]
    public void TimesOf_TimeOfTheCaller_IsCappedByTheOperator(string value, double silence, double whole, bool isCallers) =>
        Assert.Equal(new CallTimes(Seconds(silence), Seconds(whole), null, isCallers ? Seconds(60) : null), Times(new ResilienceOptions(), "t", $$""","_meta":{"{{Meta}}":{{value}}}"""));

    /// <summary>What the request itself says is nearer; what it says wrong is nothing.</summary>
    [Theory]
    [InlineData(1500, null, 1.5, 1.5)]
    [InlineData(90_000, null, 90, 90)]
    [InlineData(0, null, 60, 600)]
    [InlineData(int.MaxValue, null, 600, 600)]
    [InlineData(1500, "2500", 2.5, 2.5)]
    [InlineData(2500, "1500", 1.5, 1.5)]
    [InlineData(1500, "99999999999999", 600, 600)]
    [InlineData(1500, "0", 1.5, 1.5)]
    [InlineData(1500, "-5", 1.5, 1.5)]
    [InlineData(1500, "\"2500\"", 1.5, 1.5)]
    [InlineData(0, "null", 60, 600)]
    public void TimesOf_TimeOfTheHeader_HoldsWhereTheRequestSaysNothing(int header, string? meta, double silence, double whole)
    {
        var times = Times(new ResilienceOptions(), "t", meta is null ? "" : $$""","_meta":{"{{Meta}}":{{meta}}}""", header: header);

        Assert.Equal((Seconds(silence), Seconds(whole)), (times.Silence, times.Whole));
    }

    [Fact]
    public void Validate_TimeOutOfRange_NamesIt()
    {
        var options = new ResilienceOptions { Servers = { ["a"] = new ServerResilienceOptions { Tools = { ["t"] = new ToolResilienceOptions { AttemptTimeout = TimeSpan.Zero } } } } };

        Assert.Contains("Servers:a:Tools:t:AttemptTimeout", new ResilienceOptionsValidator().Validate(null, options).FailureMessage, StringComparison.Ordinal);
        Assert.True(new ResilienceOptionsValidator().Validate(null, new ResilienceOptions()).Succeeded);
    }

    [Fact]
    public void TimesOf_NamesakeOfAnotherTenant_AreNotThoseOfTheAlias()
    {
        var options = new ResilienceOptions { Servers = { ["a"] = new ServerResilienceOptions { RequestTimeout = TimeSpan.FromSeconds(20), MaxConcurrent = 1, SessionLoss = SessionLoss.End } } };
        var namesake = SampleServers.Of("a", tenant: new TenantId(Guid.CreateVersion7()));

        Assert.Equal(Times(new ResilienceOptions(), "t"), Times(options, "t", server: namesake));
        var bounds = new ServerBounds { Options = options };
        Assert.Equal((1, true), (bounds.PlacesAt(SampleServers.Of("a")), bounds.EndsLostSessions(SampleServers.Of("a"))));
        Assert.Equal((new QueueOptions().MaxConcurrent, false), (bounds.PlacesAt(namesake), bounds.EndsLostSessions(namesake)));
    }

    [Fact]
    public void Validate_KeyThatNamesNoServer_IsRefused()
    {
        var options = new ResilienceOptions { Servers = { ["acme/a"] = new ServerResilienceOptions() } };

        Assert.Contains("Servers:acme/a must name the id of a server", new ResilienceOptionsValidator().Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SessionLossThatDoesNotExist_NamesIt()
    {
        var options = new ResilienceOptions { Servers = { ["a"] = new ServerResilienceOptions { SessionLoss = (SessionLoss)7 } } };

        Assert.Contains("Servers:a:SessionLoss", new ResilienceOptionsValidator().Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static CallTimes Times(ResilienceOptions options, string tool, string more = "", RegisteredServer? server = null, int header = 0)
    {
        var call = new GatewayFixture().Call("tools/call", $$"""{"name":"{{tool}}"{{more}}}""", header);
        call.TargetName = tool;
        return new CallPolicies(Options.Create(options), Options.Create(new GatewayOptions())).TimesOf(call, server ?? SampleServers.Of("a"));
    }
}
