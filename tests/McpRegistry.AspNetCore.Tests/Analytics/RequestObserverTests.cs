using System.Net;
using System.Text;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Analytics;
using McpRegistry.AspNetCore.Gateway;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Analytics;

public sealed class RequestObserverTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private ServiceProvider? _services;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Request_NumericId_CostsNoAllocation(bool isOn)
    {
        // The writers are not started: the queue fills and then drops, and neither may allocate once it has its size.
        var observer = Create(isOn, capacity: 256);
        var exchange = Exchange();
        var message = Read("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"work"}}""");
        Observe(observer, exchange, message, 2_000);

        Assert.Equal(0, Allocations.Of(() => Observe(observer, exchange, message, 1_000)));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 64)]
    public void AuditedRequest_AllocatesTheCopyOfItsParamsAndOnlyWhereArgumentsAreKept(bool keepsArguments, long bytes)
    {
        // The writer is not started and no call waits here: the queue grows at first, and then has room in its last segment.
        var observer = Create(isOn: false, capacity: 256, ("Audit:Calls", "All"), ("Audit:Arguments:Enabled", keepsArguments.ToString()), ("Audit:QuietMethods:0", "ping"));
        var quiet = Read("""{"jsonrpc":"2.0","id":7,"method":"ping"}""");
        var call = Read("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"work","arguments":{"a":1}}}""");
        var answer = new GatewayAnswer(new byte[100]);
        var exchange = Exchange();

        Audit(observer, exchange, call, answer, 20_000);

        Assert.Equal(0, Allocations.Of(() => Audit(observer, exchange, quiet, answer, 1_000)));
        Assert.Equal(1_000 * bytes, Allocations.Of(() => Audit(observer, exchange, call, answer, 1_000)));
    }

    [Fact]
    public async Task Request_Ended_IsLoggedAsItWas()
    {
        var observer = Create(isOn: true, capacity: 256);
        var exchange = Exchange();
        observer.Received(exchange, Read("""{"jsonrpc":"2.0","id":"ab\u0063","method":"tools/list"}"""), 48);
        exchange.Take(new GatewayAnswer(new byte[100], ErrorCodes.InvalidParams, Reason: "invalid_params"));
        exchange.Context.Response.StatusCode = 400;
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        observer.Ended(exchange);

        var entry = Assert.Single(await LoggedAsync());

        Assert.Equal(
            ("abc", "tools/list", 48L, 100L, 400, "invalid_params", 250.0, "192.0.2.1", "/mcp/alpha"),
            (entry.RequestId, entry.McpMethod, entry.RequestSizeBytes, entry.ResponseSizeBytes, entry.StatusCode, entry.ErrorType, entry.DurationMs, entry.IpAddress, entry.Path));
        Assert.Equal(_clock.GetUtcNow().AddMilliseconds(-250), entry.RequestTime);
        Assert.Equal(exchange.Caller.KeyId, entry.ApiKeyId);
    }

    [Fact]
    public async Task Request_ClientHangsUpBeforeTheAnswer_IsCancelled()
    {
        var observer = Create(isOn: true, capacity: 256);
        using var aborted = new CancellationTokenSource();
        var hungUp = Exchange();
        hungUp.Context.RequestAborted = aborted.Token;
        hungUp.IsCancelled = true;
        var answered = Exchange();
        answered.Context.RequestAborted = aborted.Token;
        answered.Take(new GatewayAnswer(new byte[1]));
        answered.IsDelivered = true;
        await aborted.CancelAsync();

        observer.Ended(hungUp);
        observer.Ended(answered);

        Assert.Equal([(499, "cancelled"), (200, null)], (await LoggedAsync()).OrderByDescending(entry => entry.StatusCode).Select(entry => (entry.StatusCode, entry.ErrorType)));
    }

    public ValueTask DisposeAsync() => _services?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static void Observe(RequestObserver observer, McpExchange exchange, ClientMessage message, int times)
    {
        for (var i = 0; i < times; i++)
        {
            observer.Received(exchange, message, 100);
            observer.Ended(exchange);
        }
    }

    private static void Audit(RequestObserver observer, McpExchange exchange, ClientMessage message, GatewayAnswer answer, int times)
    {
        for (var i = 0; i < times; i++)
        {
            observer.Received(exchange, message, 100);
            exchange.Take(answer);
            exchange.IsAudited = false;
            observer.Answering(exchange);
            observer.Ended(exchange);
            exchange.IsAudited = false;
        }
    }

    private static ClientMessage Read(string json)
    {
        Assert.Equal(EnvelopeFault.None, EnvelopeReader.Read(Encoding.UTF8.GetBytes(json), EnvelopeLimits.Default, out var message));
        return message;
    }

    private McpExchange Exchange()
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.Path = "/mcp/alpha";
        context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.1");
        return new McpExchange(context, "alpha", new Caller("key:1", TenantId.Global, ApiKeyScope.Proxy) { KeyId = Guid.CreateVersion7() }) { Started = _clock.GetTimestamp() };
    }

    private async Task<IReadOnlyList<RequestLogEntry>> LoggedAsync()
    {
        var writer = _services!.GetRequiredService<RequestLogWriter>();
        writer.Start();
        await writer.FlushAsync();
        return await _services!.GetRequiredService<IRequestLogStore>().ListAsync(TenantId.Global, null, 100, TestContext.Current.CancellationToken);
    }

    private RequestObserver Create(bool isOn, int capacity, params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("McpRegistry:RequestLog:Enabled", isOn.ToString()),
            new("McpRegistry:Audit:Calls", "Off"),
            new("McpRegistry:Usage:Enabled", isOn.ToString()),
            new("McpRegistry:RequestLog:Capacity", capacity.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("McpRegistry:Usage:Capacity", capacity.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ]).AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("McpRegistry:" + setting.Name, (string?)setting.Value))).Build());
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddMcpGateway().UseInMemory();
        _services = services.BuildServiceProvider();
        return _services.GetRequiredService<RequestObserver>();
    }
}
