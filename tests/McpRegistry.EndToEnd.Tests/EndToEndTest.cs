using McpRegistry.Analytics;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Tenancy;

namespace McpRegistry.EndToEnd.Tests;

/// <summary>A test with a gateway of its own, started at its beginning and taken down with the test.</summary>
public abstract class EndToEndTest : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected GatewayHost Gateway { get; private set; } = null!;

    private protected virtual GatewaySetup Setup => new();

    public static TheoryData<Era> Eras => [Era.Modern, Era.Legacy];

    /// <summary>Every pair of a client's and an upstream's era.</summary>
    public static TheoryData<Era, Era> Pairs => new()
    {
        { Era.Modern, Era.Modern },
        { Era.Modern, Era.Legacy },
        { Era.Legacy, Era.Modern },
        { Era.Legacy, Era.Legacy },
    };

    public virtual async ValueTask InitializeAsync() => Gateway = await GatewayHost.StartAsync(Cancellation, Setup);

    public async ValueTask DisposeAsync()
    {
        // The gateway goes first: its upstreams must not look like failures to it.
        await Gateway.DisposeAsync();
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Has something taken down with the test.</summary>
    private protected T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private protected Task<RawClient> OpenAsync(Era era, string? alias = null) => RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(alias), era, Cancellation);

    /// <summary>Waits until so many requests of the merged endpoint are logged, which each is when its client has had the answer.</summary>
    private protected async Task<IReadOnlyList<RequestLogEntry>> LoggedAsync(int count)
    {
        RequestLogEntry[] log = [];
        await WaitAsync(
            async () =>
            {
                await Gateway.Get<RequestLogWriter>().FlushAsync();
                log = [.. (await Gateway.Get<IRequestLogStore>().ListAsync(TenantId.Global, null, 1_000, Cancellation)).Where(static entry => entry.Path == "/mcp")];
                return log.Length >= count;
            },
            $"{count} requests are logged");
        return log;
    }

    /// <summary>What happens inside of the gateway gives no signal, so it is looked for, a bounded number of times.</summary>
    private protected static Task WaitAsync(Func<bool> condition, string expected) => WaitAsync(() => Task.FromResult(condition()), expected);

    private protected static async Task WaitAsync(Func<Task<bool>> condition, string expected)
    {
        for (var attempt = 0; attempt < 4_800; attempt++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), Cancellation);
        }

        Assert.Fail($"Waited in vain: {expected}.");
    }
}
