using McpRegistry.Gateway.Bridging;
using McpRegistry.Sealing;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway;

public sealed class RequestStateTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RequestState _state = new(Guid.CreateVersion7(DateTimeOffset.UnixEpoch), Guid.CreateVersion7(DateTimeOffset.UnixEpoch), 7, CallDigest.OfPrincipal("p"), CallDigest.OfPrincipal("r"));

    [Fact]
    public void Open_OwnState_SaysWhatWasSealed()
    {
        var sealer = new ProcessKeySealer(_clock);
        var opened = RequestState.Open(sealer, _state.Seal(sealer, TimeSpan.FromMinutes(5)), out _)!;
        Assert.Equal((_state.Instance, _state.Handle, 7), (opened.Instance, opened.Handle, opened.Round));
        Assert.True(opened.IsOf(CallDigest.OfPrincipal("p")) && opened.IsFor(CallDigest.OfPrincipal("r")) && opened.IsSuspended);
        Assert.False(opened.IsOf(CallDigest.OfPrincipal("q")) || opened.IsFor(CallDigest.OfPrincipal("p")));
        Assert.False((_state with { Handle = Guid.Empty }).IsSuspended);
    }

    [Fact]
    public void Open_TooLate_IsExpired()
    {
        var sealer = new ProcessKeySealer(_clock);
        var text = _state.Seal(sealer, TimeSpan.FromMinutes(5));
        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Null(RequestState.Open(sealer, text, out var fault));
        Assert.Equal(SealFault.Expired, fault);
    }

    [Fact]
    public void Open_NotAState_IsInvalid()
    {
        var sealer = new ProcessKeySealer(_clock);
        string?[] texts = [null, "", "x", sealer.Seal(SealPurpose.RequestState, [1, 2, 3], TimeSpan.FromMinutes(5)), _state.Seal(new ProcessKeySealer(_clock), TimeSpan.FromMinutes(5))];
        foreach (var text in texts)
        {
            Assert.Null(RequestState.Open(sealer, text, out var fault));
            Assert.Equal(SealFault.Invalid, fault);
        }
    }
}
