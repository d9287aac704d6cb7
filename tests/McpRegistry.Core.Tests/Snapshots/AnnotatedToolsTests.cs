using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Snapshots;

public sealed class AnnotatedToolsTests
{
    [Fact]
    public void Find_Tools_AreCompiledOncePerReport()
    {
        var report = Report(Tool("a", "\"A\""), Tool("bad", "\"\""), SnapshotSample.Item(CatalogueItemKind.Tool, "plain"));
        var found = AnnotatedTools.Find(report, "a");
        Assert.Equal("Mcp-Param-A", Assert.Single(found!.Names));
        Assert.Same(found, AnnotatedTools.Find(report, "a"));
        Assert.Null(AnnotatedTools.Find(report, "bad"));
        Assert.Null(AnnotatedTools.Find(report, "plain"));
        Assert.Null(AnnotatedTools.Find(report, "A"));
        Assert.Null(AnnotatedTools.Find(report, null));
        Assert.Null(AnnotatedTools.Find(null, "a"));
    }

    /// <summary>Nearly all tools are such, and their calls must not pay for the others.</summary>
    [Fact]
    public void Find_NoAnnotatedTools_AllocatesNothing()
    {
        var report = Report([.. SnapshotSample.Tools(100)]);

        Assert.Equal(0, Allocations.Of(() => AnnotatedTools.Find(report, "t1")));
    }

    [Fact]
    public void Build_RenamedTool_KeepsItsHeaders()
    {
        var view = SnapshotSample.View(SnapshotSample.Entry("up", [Tool("a", "\"A\""), SnapshotSample.Item(CatalogueItemKind.Prompt, "a")]));
        Assert.Equal("Mcp-Param-A", Assert.Single(view.Merged.FindTool("up__a")!.Parameters!.Names));
        Assert.Null(view.Merged.FindPrompt("up__a")!.Parameters);
    }

    private static DiscoveryReport Report(params CatalogueItem[] items) =>
        new() { Health = ServerHealth.Healthy, CompletedAt = DateTimeOffset.UnixEpoch, HasItems = true, Items = [.. items] };

    private static CatalogueItem Tool(string name, string annotation) => SnapshotSample.Item(CatalogueItemKind.Tool, name) with
    {
        Json = Message.Utf8("{\"name\":\"" + name + "\",\"inputSchema\":{\"properties\":{\"p\":{\"type\":\"string\",\"x-mcp-header\":" + annotation + "}}}}"),
    };
}
