using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.TestSupport.Tests.Upstreams;

/// <summary>One upstream and one client per test.</summary>
public abstract class UpstreamTest(UpstreamOptions options) : IAsyncLifetime
{
    private ScriptedUpstream? _upstream;
    private UpstreamTestClient? _client;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected ScriptedUpstream Upstream => _upstream!;

    private protected UpstreamTestClient Client => _client!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync(options, Cancellation);
        _client = new UpstreamTestClient(_upstream);
    }

    public async ValueTask DisposeAsync()
    {
        _client!.Dispose();
        await _upstream!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static Task<string> BodyAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(Cancellation);
}
