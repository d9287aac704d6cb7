using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

public sealed class ApiKeyFollowerTests : IDisposable
{
    private readonly KeyFixture _keys = new();

    private IChangeHandler Follower => _keys.Provider.GetServices<IChangeHandler>().Single();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task Apply_ARememberedKeyWasRevoked_IsRefusedAtOnceAndOthersStayRemembered()
    {
        var revoked = _keys.Issue();
        var other = _keys.Issue();
        await _keys.ValidateAsync(revoked);
        await _keys.ValidateAsync(other);

        Revoke(0);
        await ApplyAsync(RegistryChangeKind.ApiKey, _keys.Store.Keys[0].Id);

        Assert.Equal(ApiKeyFailure.Revoked, await _keys.ValidateAsync(revoked));
        Assert.Equal(ApiKeyFailure.None, await _keys.ValidateAsync(other));
        Assert.Equal(3, _keys.Store.Reads);
    }

    [Fact]
    public async Task Apply_WhileTheKeyIsBeingRead_IsNotRememberedAsItWas()
    {
        var key = _keys.Issue();
        _keys.Store.AfterRead = () =>
        {
            _keys.Store.AfterRead = null;
            Revoke(0);
            _ = Follower.ApplyAsync(Change(RegistryChangeKind.ApiKey, _keys.Store.Keys[0].Id), CancellationToken.None).AsTask();
        };

        Assert.Equal(ApiKeyFailure.None, await _keys.ValidateAsync(key));
        Assert.Equal(ApiKeyFailure.Revoked, await _keys.ValidateAsync(key));
    }

    [Fact]
    public async Task Apply_ChangesOfOtherKindsOrKeys_KeepWhatIsRemembered()
    {
        var key = _keys.Issue();
        await _keys.ValidateAsync(key);

        await ApplyAsync(RegistryChangeKind.Server, _keys.Store.Keys[0].Id);
        await ApplyAsync(RegistryChangeKind.Other, _keys.Store.Keys[0].Id);
        await ApplyAsync(RegistryChangeKind.ApiKey, Guid.CreateVersion7());

        await _keys.ValidateAsync(key);
        Assert.Equal(1, _keys.Store.Reads);
    }

    [Fact]
    public async Task Reload_ForgetsEveryKey()
    {
        var key = _keys.Issue();
        await _keys.ValidateAsync(key);
        Revoke(0);

        await Follower.ReloadAsync(CancellationToken.None);

        Assert.Equal(ApiKeyFailure.Revoked, await _keys.ValidateAsync(key));
    }

    private static RegistryChange Change(RegistryChangeKind kind, Guid id) => new() { Revision = 1, Kind = kind, Id = id };

    private Task ApplyAsync(RegistryChangeKind kind, Guid id) => Follower.ApplyAsync(Change(kind, id), CancellationToken.None).AsTask();

    private void Revoke(int index) => _keys.Store.Keys[index] = _keys.Store.Keys[index] with { RevokedAt = _keys.Clock.GetUtcNow() };
}
