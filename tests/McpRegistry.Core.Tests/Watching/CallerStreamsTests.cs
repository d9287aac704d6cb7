using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.AccessControl;
using McpRegistry.Core.Tests.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Users;
using McpRegistry.Watching;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Watching;

public sealed class CallerStreamsTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly FakeApiKeyStore _store = new();
    private readonly CallerStreams _streams;

    public CallerStreamsTests()
    {
        var database = new InMemoryDatabase(_clock);
        var keys = new ApiKeyLoader(_store, new InMemoryTenantStore(database), new InMemoryUserStore(database), _clock, Options.Create(new ApiKeyOptions()));
        _streams = new CallerStreams(keys, _clock, NullLogger<CallerStreams>.Instance);
    }

    /// <summary>Calls go on by what is remembered of a key, but a stream would be open long after it was revoked.</summary>
    [Fact]
    public async Task OpenAsync_StoreIsAway_IsRefusedAndNothingIsLeft()
    {
        var key = AccessFixture.Key(TenantId.Global) with { Tenant = TenantId.Global };
        _store.Keys.Add(key);
        var caller = AccessFixture.Caller(TenantId.Global, key: key.Id) with { Key = key };
        _store.AfterRead = static () => throw new IOException("away");

        Assert.Null(await _streams.OpenAsync(caller, CancellationToken.None));

        _store.AfterRead = null;
        using var stream = await _streams.OpenAsync(caller, CancellationToken.None);
        Assert.False(stream!.Ended.IsCancellationRequested);
    }
}
