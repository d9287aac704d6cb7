using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

public sealed class BootstrapKeyTaskTests
{
    private const string AdminKey = "the-admin-key-of-this-installation-1";
    private readonly FakeApiKeyStore _store = new();

    [Fact]
    public async Task RunAsync_EmptyStore_CreatesOneKeyAndShowsItOnce()
    {
        using var first = Host();
        await first.StartAsync();
        using var second = Host();
        await second.StartAsync();

        var shown = Assert.Single(first.Announced);
        Assert.Empty(second.Announced);
        Assert.DoesNotContain(first.Logged, line => line.Contains(shown, StringComparison.Ordinal));
        var validation = await second.Validator.ValidateAsync(shown, null, CancellationToken.None);
        Assert.Equal((BootstrapKeyTask.KeyName, ApiKeyScope.Admin), (validation.Key!.Name, validation.Key.Scopes));
    }

    [Fact]
    public async Task RunAsync_OnlyUnusableAdminKeys_CreatesAnother()
    {
        using var host = Host();
        host.Issue(ApiKeyScope.Write);
        host.Issue(ApiKeyScope.Admin);
        _store.Keys[1] = _store.Keys[1] with { RevokedAt = host.Clock.GetUtcNow() };
        host.Issue(ApiKeyScope.Admin);
        _store.Keys[2] = _store.Keys[2] with { ExpiresAt = host.Clock.GetUtcNow() };

        await host.StartAsync();

        Assert.Single(host.Announced);
        Assert.Equal(4, _store.Keys.Count);
    }

    [Fact]
    public async Task RunAsync_RevokedBootstrapKey_IsReplacedInPlace()
    {
        using var first = Host();
        await first.StartAsync();
        _store.Keys[0] = _store.Keys[0] with { RevokedAt = first.Clock.GetUtcNow() };
        using var second = Host();

        await second.StartAsync();

        Assert.Null(Assert.Single(_store.Keys).RevokedAt);
        Assert.Equal(ApiKeyFailure.None, await second.ValidateAsync(Assert.Single(second.Announced)));
        Assert.NotEqual(ApiKeyFailure.None, await second.ValidateAsync(first.Announced[0]));
    }

    [Fact]
    public async Task RunAsync_ConfiguredKey_IsStoredOnceAndNeverShown()
    {
        using var first = Host().With("Bootstrap:AdminKey", AdminKey);
        await first.StartAsync();
        using var second = Host().With("Bootstrap:AdminKey", AdminKey);
        await second.StartAsync();

        Assert.Equal(1, _store.Writes);
        Assert.Empty(first.Announced);
        Assert.DoesNotContain(first.Logged, line => line.Contains(AdminKey, StringComparison.Ordinal));
        Assert.Equal(ApiKeyFailure.None, await second.ValidateAsync(AdminKey));
    }

    /// <summary>Whoever revokes a key that got out must not find it good again after the next start of any replica.</summary>
    [Theory]
    [InlineData("revoked", null)]
    [InlineData("disabled", null)]
    [InlineData("expired", null)]
    [InlineData("revoked", "a-pepper-of-more-than-32-characters-x")]
    public async Task RunAsync_ConfiguredKeyThatWasEnded_StaysEndedAndSaysSo(string how, string? pepperSince)
    {
        using var first = Host().With("Bootstrap:AdminKey", AdminKey);
        await first.StartAsync();
        var now = first.Clock.GetUtcNow();
        _store.Keys[0] = how switch
        {
            "revoked" => _store.Keys[0] with { RevokedAt = now, Enabled = false },
            "disabled" => _store.Keys[0] with { Enabled = false },
            _ => _store.Keys[0] with { ExpiresAt = now },
        };
        var ended = _store.Keys[0];
        using var second = Host().With("Bootstrap:AdminKey", AdminKey).With("ApiKeys:Pepper", pepperSince);

        await second.StartAsync();

        Assert.Equal(ended, Assert.Single(_store.Keys));
        Assert.NotEqual(ApiKeyFailure.None, await second.ValidateAsync(AdminKey));
        Assert.Contains(second.Logged, static line => line.Contains("Bootstrap:AdminKey", StringComparison.Ordinal));
        Assert.DoesNotContain(second.Logged, static line => line.Contains(AdminKey, StringComparison.Ordinal));
    }

    /// <summary>Without a pepper the look-up id of a made-up key can be guessed from a copy of the database.</summary>
    [Theory]
    [InlineData(AdminKey, null, true)]
    [InlineData(AdminKey, "a-pepper-of-more-than-32-characters-x", false)]
    [InlineData(null, null, false)]
    public async Task RunAsync_MadeUpKeyWithoutPepper_IsWarnedOf(string? key, string? pepper, bool warns)
    {
        using var host = Host().With("Bootstrap:AdminKey", key).With("ApiKeys:Pepper", pepper);

        await host.StartAsync();

        Assert.Equal(warns, host.Logged.Any(static line => line.Contains("Pepper", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task RunAsync_OtherConfiguredKey_ReplacesInPlace()
    {
        using var first = Host().With("Bootstrap:AdminKey", AdminKey);
        await first.StartAsync();
        var id = _store.Keys[0].Id;
        using var second = Host().With("Bootstrap:AdminKey", ApiKeyFormat.Generate("live"));

        await second.StartAsync();

        Assert.Equal(id, Assert.Single(_store.Keys).Id);
        Assert.Equal(ApiKeyFailure.Unknown, await second.ValidateAsync(AdminKey));
    }

    [Fact]
    public async Task RunAsync_ConfiguredKeyOfOtherName_SaysWhichValueIsTaken()
    {
        using var host = Host().With("Bootstrap:AdminKey", AdminKey);
        host.Issue(ApiKeyScope.Read, AdminKey);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(host.StartAsync);

        Assert.Contains("lookupId", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(AdminKey, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "at least 32")]
    [InlineData("0123456789012345678901234567890", "at least 32")]
    [InlineData("0123456789 0123456789 0123456789 0123456789", "visible ASCII")]
    [InlineData("mcpk_live_0123456789abcdef_0123456789", "mistyped")]
    public void Validate_BadAdminKey_SaysWhyWithoutShowingIt(string key, string expected)
    {
        using var host = Host().With("Bootstrap:AdminKey", key);

        var exception = Assert.Throws<OptionsValidationException>(() => host.Provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.True(key.Length == 0 || !exception.Message.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_BadKeyOptions_ListsEveryFault()
    {
        using var host = Host().With("ApiKeys:Environment", "LIVE!").With("ApiKeys:Pepper", "short").With("ApiKeys:CacheLifetime", "00:06:00").With("ApiKeys:CacheCapacity", "0");

        var exception = Assert.Throws<OptionsValidationException>(() => host.Provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(4, exception.Failures.Count());
    }

    private KeyFixture Host() => new() { Store = _store };
}
