using McpRegistry.ApiKeys;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

public sealed class ApiKeyValidatorTests : IDisposable
{
    private const string Supplied = "a-key-that-the-operator-made-up-0123456789";
    private readonly KeyFixture _keys = new();

    public void Dispose() => _keys.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(Supplied)]
    public async Task ValidateAsync_ValidKey_ReturnsIt(string? text)
    {
        var key = _keys.Issue(text: text);

        var validation = await _keys.Validator.ValidateAsync(key, null, CancellationToken.None);

        Assert.True(validation.IsValid);
        Assert.Same(_keys.Store.Keys[0], validation.Key);
    }

    [Fact]
    public async Task ValidateAsync_WarmKey_AsksNoStoreUntilItsTimeIsOver()
    {
        var key = _keys.Issue();
        await _keys.ValidateAsync(key);
        _keys.Clock.Advance(TimeSpan.FromSeconds(29));
        await _keys.ValidateAsync(key);
        Assert.Equal(1, _keys.Store.Reads);

        _keys.Clock.Advance(TimeSpan.FromSeconds(1));
        await _keys.ValidateAsync(key);
        Assert.Equal(2, _keys.Store.Reads);
    }

    [Fact]
    public async Task ValidateAsync_WarmKey_AllocatesNothing()
    {
        var key = _keys.Issue();
        await _keys.ValidateAsync(key);
        var validator = _keys.Validator;
        for (var i = 0; i < 100; i++)
        {
            await validator.ValidateAsync(key, null, CancellationToken.None);
        }

        var warm = true;

        Assert.Equal(0, Allocations.Of(() => warm &= IsDone(validator.ValidateAsync(key, null, CancellationToken.None))));
        Assert.True(warm);

        static bool IsDone(ValueTask<ApiKeyValidation> validation) => validation.IsCompletedSuccessfully;
    }

    [Fact]
    public async Task ValidateAsync_MalformedKey_AsksNoStore()
    {
        var key = _keys.Issue();

        Assert.Equal(ApiKeyFailure.Malformed, await _keys.ValidateAsync(key[..^1] + (key[^1] == 'x' ? 'y' : 'x')));
        Assert.Equal(ApiKeyFailure.Malformed, await _keys.ValidateAsync("short"));
        Assert.Equal(0, _keys.Store.Reads);
    }

    [Fact]
    public async Task ValidateAsync_UnknownKey_IsRefused()
    {
        Assert.Equal(ApiKeyFailure.Unknown, await _keys.ValidateAsync(ApiKeyFormat.Generate("test")));
        Assert.Equal(ApiKeyFailure.Unknown, await _keys.ValidateAsync(Supplied));
    }

    [Fact]
    public async Task ValidateAsync_WrongSecretOfKnownId_IsRefused()
    {
        var key = _keys.Issue();
        _keys.Store.Keys[0] = _keys.Store.Keys[0] with { Hash = new byte[32] };

        Assert.Equal(ApiKeyFailure.WrongSecret, await _keys.ValidateAsync(key));
    }

    [Fact]
    public async Task ValidateAsync_WarmKeyWhoseTimeEnds_IsRefusedAtOnce()
    {
        var key = _keys.Issue();
        _keys.Store.Keys[0] = _keys.Store.Keys[0] with { ExpiresAt = _keys.Clock.GetUtcNow().AddSeconds(10) };
        Assert.Equal(ApiKeyFailure.None, await _keys.ValidateAsync(key));

        _keys.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(ApiKeyFailure.Expired, await _keys.ValidateAsync(key));
    }

    [Fact]
    public async Task ValidateAsync_DisabledKey_IsRefusedUntilItIsSwitchedOn()
    {
        var key = _keys.Issue();
        _keys.Store.Keys[0] = _keys.Store.Keys[0] with { Enabled = false };
        Assert.Equal(ApiKeyFailure.Disabled, await _keys.ValidateAsync(key));

        _keys.Store.Keys[0] = _keys.Store.Keys[0] with { Enabled = true };
        _keys.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(ApiKeyFailure.None, await _keys.ValidateAsync(key));
    }

    [Fact]
    public async Task ValidateAsync_RevokedKey_IsRefusedWhenTheCacheEnds()
    {
        var key = _keys.Issue();
        await _keys.ValidateAsync(key);
        _keys.Store.Keys[0] = _keys.Store.Keys[0] with { RevokedAt = _keys.Clock.GetUtcNow() };

        _keys.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(ApiKeyFailure.Revoked, await _keys.ValidateAsync(key));
    }

    [Fact]
    public async Task ValidateAsync_MoreKeysThanCapacity_StayValid()
    {
        _keys.With("ApiKeys:CacheCapacity", "2");
        var keys = Enumerable.Range(0, 5).Select(_ => _keys.Issue()).ToList();

        foreach (var key in keys.Concat(keys))
        {
            Assert.Equal(ApiKeyFailure.None, await _keys.ValidateAsync(key));
        }
    }

    [Fact]
    public async Task ValidateAsync_OtherPepper_KnowsNoKey()
    {
        var key = _keys.Issue();
        using var other = new KeyFixture { Store = _keys.Store }.With("ApiKeys:Pepper", new string('p', 32));

        Assert.Equal(ApiKeyFailure.WrongSecret, await other.ValidateAsync(key));
    }

    [Fact]
    public async Task ValidateAsync_AnyOutcome_LogsNoSecret()
    {
        var key = _keys.Issue(text: Supplied);
        await _keys.ValidateAsync(key);
        await _keys.ValidateAsync(key + "x");
        await _keys.ValidateAsync("mcpk_" + key);

        Assert.NotEmpty(_keys.Logged);
        Assert.DoesNotContain(_keys.Logged, line => line.Contains(key, StringComparison.Ordinal));
        Assert.DoesNotContain(key, _keys.Store.Keys[0].ToString(), StringComparison.Ordinal);
    }
}
