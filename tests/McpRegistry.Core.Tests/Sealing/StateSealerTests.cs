using System.Buffers.Text;
using McpRegistry.Sealing;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Sealing;

public sealed class StateSealerTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly ManualTimeProvider _clock = new();
    private readonly ProcessKeySealer _sealer;

    public StateSealerTests() => _sealer = new ProcessKeySealer(_clock);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(300)]
    [InlineData(IStateSealer.MaxStateBytes)]
    public void TryOpen_SealedText_GivesTheState(int length)
    {
        var state = new byte[length];
        new Random(length).NextBytes(state);

        var text = _sealer.Seal(SealPurpose.RequestState, state, Hour);

        Assert.DoesNotMatch("[^A-Za-z0-9_-]", text);
        Assert.True(_sealer.TryOpen(SealPurpose.RequestState, text, out var opened, out var fault));
        Assert.Equal(SealFault.None, fault);
        Assert.Equal(state, opened.ToArray());
        Assert.NotEqual(text, _sealer.Seal(SealPurpose.RequestState, state, Hour));
    }

    [Fact]
    public void TryOpen_AnyOtherCharacterAnywhere_IsInvalid()
    {
        // Three lengths: Base64 has bits to spare at the end of two of them.
        foreach (var state in (byte[][])[[1], [1, 2], [1, 2, 3]])
        {
            var text = _sealer.Seal(SealPurpose.ListCursor, state, Hour);
            for (var position = 0; position < text.Length; position++)
            {
                foreach (var other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n\0é".Where(c => c != text[position]))
                {
                    AssertInvalid(text[..position] + other + text[(position + 1)..]);
                }

                AssertInvalid(text[..position]);
            }

            foreach (var more in (string[])["A", "AA", "AAAA", "=", "==", " ", "\n"])
            {
                AssertInvalid(text + more);
                AssertInvalid(more + text);
            }
        }
    }

    [Fact]
    public void TryOpen_HostileText_IsInvalidAndNeverThrows()
    {
        string[] texts = ["", " ", "=", "====", "A", "AA", "\0", "😀", "\ud800", "!!!!", new('A', 37), new('A', 38), new('A', 100_000), new('A', 10_000_000)];
        Assert.All(texts, AssertInvalid);

        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            AssertInvalid(Base64Url.EncodeToString(bytes));
        }
    }

    [Fact]
    public void TryOpen_OtherPurpose_IsInvalid()
    {
        var text = _sealer.Seal(SealPurpose.TaskId, [1], Hour);

        foreach (var purpose in Enum.GetValues<SealPurpose>())
        {
            Assert.Equal(purpose == SealPurpose.TaskId, _sealer.TryOpen(purpose, text, out _, out _));
        }

        Assert.Equal(Enum.GetValues<SealPurpose>().Length, SealPurposes.All.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void TryOpen_AtTheEndOfItsTime_IsExpired()
    {
        var text = _sealer.Seal(SealPurpose.RequestState, [1], Hour);

        _clock.Advance(Hour - TimeSpan.FromMilliseconds(1));
        Assert.True(_sealer.TryOpen(SealPurpose.RequestState, text, out _, out _));
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(_sealer.TryOpen(SealPurpose.RequestState, text, out var state, out var fault));
        Assert.Equal(SealFault.Expired, fault);
        Assert.True(state.IsEmpty);
    }

    [Fact]
    public void TryOpen_OtherProcess_IsInvalid()
    {
        var text = _sealer.Seal(SealPurpose.RequestState, [1], Hour);

        Assert.False(new ProcessKeySealer(_clock).TryOpen(SealPurpose.RequestState, text, out _, out var fault));
        Assert.Equal(SealFault.Invalid, fault);
    }

    [Fact]
    public void Seal_TooLargeState_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _sealer.Seal(SealPurpose.RequestState, new byte[IStateSealer.MaxStateBytes + 1], Hour));

    private void AssertInvalid(string text)
    {
        Assert.False(_sealer.TryOpen(SealPurpose.ListCursor, text, out var state, out var fault));
        Assert.Equal(SealFault.Invalid, fault);
        Assert.True(state.IsEmpty);
    }
}
