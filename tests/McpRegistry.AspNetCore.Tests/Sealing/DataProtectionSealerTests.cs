using McpRegistry.AspNetCore.Sealing;
using McpRegistry.Sealing;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Sealing;

public sealed class DataProtectionSealerTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly ManualTimeProvider _clock = new();
    private readonly DirectoryInfo _ring = Directory.CreateTempSubdirectory("mcp-registry-keys-");

    public void Dispose() => _ring.Delete(recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(IStateSealer.MaxStateBytes)]
    public void TryOpen_TextOfAnotherReplica_GivesTheState(int length)
    {
        var state = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var text = Create("gateway").Seal(SealPurpose.RequestState, state, Hour);

        Assert.DoesNotMatch("[^A-Za-z0-9_-]", text);
        Assert.True(Create("gateway").TryOpen(SealPurpose.RequestState, text, out var opened, out _));
        Assert.Equal(state, opened.ToArray());
    }

    [Fact]
    public void TryOpen_ForeignText_IsInvalid()
    {
        var sealer = Create("gateway");
        var text = sealer.Seal(SealPurpose.RequestState, [1, 2, 3], Hour);

        AssertInvalid(sealer, SealPurpose.TaskId, text);
        AssertInvalid(Create("other-application"), SealPurpose.RequestState, text);
        AssertInvalid(sealer, SealPurpose.RequestState, "");
        AssertInvalid(sealer, SealPurpose.RequestState, text + "AAAA");
        AssertInvalid(sealer, SealPurpose.RequestState, new string('A', 50_000));
        for (var position = 0; position < text.Length; position++)
        {
            AssertInvalid(sealer, SealPurpose.RequestState, $"{text[..position]}{(text[position] == 'A' ? 'B' : 'A')}{text[(position + 1)..]}");
            AssertInvalid(sealer, SealPurpose.RequestState, text[..position]);
        }
    }

    [Fact]
    public void TryOpen_AtTheEndOfItsTime_IsExpired()
    {
        var sealer = Create("gateway");
        var text = sealer.Seal(SealPurpose.RequestState, [1], Hour);

        _clock.Advance(Hour);

        Assert.False(sealer.TryOpen(SealPurpose.RequestState, text, out _, out var fault));
        Assert.Equal(SealFault.Expired, fault);
    }

    /// <summary>A host may configure its key ring before or after the gateway; either way it is the one that seals.</summary>
    [Fact]
    public void AddMcpGateway_HostHasAKeyRing_SealsWithIt()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddMcpGateway();
        services.AddDataProtection().SetApplicationName("gateway").PersistKeysToFileSystem(_ring);
        using var provider = services.BuildServiceProvider();

        var text = provider.GetRequiredService<IStateSealer>().Seal(SealPurpose.SessionId, [7], Hour);

        Assert.True(Create("gateway").TryOpen(SealPurpose.SessionId, text, out _, out _));
    }

    private static void AssertInvalid(DataProtectionSealer sealer, SealPurpose purpose, string text)
    {
        Assert.False(sealer.TryOpen(purpose, text, out _, out var fault));
        Assert.Equal(SealFault.Invalid, fault);
    }

    private DataProtectionSealer Create(string application) =>
        new(DataProtectionProvider.Create(_ring, builder => builder.SetApplicationName(application)), _clock);
}
