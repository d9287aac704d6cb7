using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Gateway;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway;

public sealed class MergedInstructionsTests
{
    private readonly RegistrySnapshots _snapshots = new();

    [Fact]
    public void Of_Nothing_IsNull()
    {
        Add("a", null);
        Assert.Null(MergedInstructions.Of(null, View));
        Assert.Equal("own", MergedInstructions.Of("own", View));
    }

    [Fact]
    public void Of_Servers_FollowTheOperatorUnderTheirAliases()
    {
        Add("b", "Second.");
        Add("a", "First.");
        Add("down", "Never.", ServerHealth.Unhealthy);

        Assert.Equal("Own.\n\n# a\nFirst.\n\n# b\nSecond.", MergedInstructions.Of("Own.", View));
        Assert.Equal("# a\nFirst.\n\n# b\nSecond.", MergedInstructions.Of(null, View));
    }

    [Fact]
    public void Of_TooLongText_IsLeftOutWhole()
    {
        Add("a", new string('x', MergedInstructions.MaxLength));
        Add("b", "Short.");

        Assert.Equal("# b\nShort.", MergedInstructions.Of(null, View));
    }

    private TenantView View => _snapshots.Current.For(TenantId.Global);

    private void Add(string name, string? instructions, ServerHealth health = ServerHealth.Healthy)
    {
        var entry = SnapshotSample.Entry(name, SnapshotSample.Tools(1), health);
        _snapshots.Set(entry with { Report = entry.Report! with { Instructions = instructions } });
    }
}
