using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Snapshots;

public sealed class ResourceOwnersTests
{
    [Fact]
    public void Listed_SameUri_IsWrappedOfTheLaterServers()
    {
        var owners = Of(
            ("b", [Resource("x:1"), Resource("x:2"), Template("x:{t}")]), ("a", [Resource("x:2", 1), Resource("x:0")]), ("c", [Resource("x:2"), Template("x:{t}")]));
        Assert.Equal(["x:0", "x:2", "x:1", "mcp+b:x:2", "mcp+c:x:2"], owners.Listed.Select(static item => item.Name));
        Assert.Equal(["x:{t}", "mcp+c:x:{t}"], owners.Templates.Select(static item => item.Name));
        Assert.Equal("""{"uri":"mcp+b:x:2","x":1}""", Message.Text(owners.Listed[3].Json));
        Assert.Equal("""{"uriTemplate":"mcp+c:x:{t}","x":1}""", Message.Text(owners.Templates[1].Json));
        Assert.Equal(("c", "x:2", true), Route(owners.Resolve("mcp+c:x:2")));
        Assert.Equal(("c", "x:2", true), Route(owners.Resolve("MCP+C:x:2")));
        Assert.Equal(("a", "x:2", false), Route(owners.Resolve("x:2")));
        Assert.Equal(("c", "x:{t}", true), Route(owners.ResolveTemplate("mcp+c:x:{t}")));
        Assert.Equal(("b", "x:{t}", false), Route(owners.ResolveTemplate("x:{t}")));
        Assert.Null(owners.Resolve("mcp+none:x:2"));
    }

    /// <summary>Old links lead on, and what follows a URI in one of its parts stays behind it.</summary>
    [Theory]
    [InlineData("mcp+a:x:2", "a", "x:2")]
    [InlineData("mcp+b:x://h/p?q=1#f", "b", "x://h/p?q=1#f")]
    [InlineData("mcp+b:mcp+a:x:2", "b", "mcp+a:x:2")]
    public void Resolve_WrappedForm_AlwaysLeadsToItsServer(string uri, string alias, string own) =>
        Assert.Equal((alias, own, true), Route(Of(("a", [Resource("x:2")]), ("b", [])).Resolve(uri)));

    [Theory]
    [InlineData("mcp+")]
    [InlineData("mcp+:x")]
    [InlineData("mcp+-a:x")]
    [InlineData("mcp+a_b:x")]
    [InlineData("mcp+abcdefghijklmnopqrstuvwxyz0123456:x")]
    [InlineData("mcp+a")]
    public void Is_OtherForms_AreNotWrapped(string uri) => Assert.False(WrappedUri.Is(uri));

    /// <summary>Without this a server could take the place of another one's wrapped resource.</summary>
    [Fact]
    public void Listed_UriThatLooksWrapped_IsWrappedItself()
    {
        var owners = Of(("a", [Resource("mcp+b:x:1"), Template("mcp+b:x:{t}")]), ("b", [Resource("x:1")]));
        Assert.Equal(["mcp+a:mcp+b:x:1", "x:1"], owners.Listed.Select(static item => item.Name));
        Assert.Equal(["mcp+a:mcp+b:x:{t}"], owners.Templates.Select(static item => item.Name));
        Assert.Equal(("b", "x:1", true), Route(owners.Resolve("mcp+b:x:1")));
        Assert.Equal(("a", "mcp+b:x:1", true), Route(owners.Resolve("mcp+a:mcp+b:x:1")));
    }

    [Fact]
    public void WrappingOf_ServerWithCollisions_WrapsWhatWouldLeadToAnother()
    {
        var (first, later, free) = (
            SnapshotSample.Entry("a", [Resource("x:1"), Template("x:t/{v}"), Resource("y:only")]),
            SnapshotSample.Entry("b", [Resource("x:1"), Template("x:t/{v}"), Resource("x:t/mine"), Template("z:{v}")]),
            SnapshotSample.Entry("c", [Resource("x:9")]));
        var owners = SnapshotSample.View(first, later, free).Merged.Resources;
        var wrapping = owners.WrappingOf(later)!;
        Assert.Equal("mcp+b:x:1", wrapping.Of("x:1"));
        Assert.Equal("mcp+b:x:t/7", wrapping.Of("x:t/7"));
        Assert.All(["x:t/mine", "z:3", "y:other", "x:9", "https://example.com/"], uri => Assert.Null(wrapping.Of(uri)));
        Assert.Null(owners.WrappingOf(first));
        Assert.Null(owners.WrappingOf(free));
    }

    [Fact]
    public void Interfaces_OfSeveralServers_AreEachToolsOwn()
    {
        var merged = SnapshotSample.View(SnapshotSample.Entry("a", [App("ui://one")]), SnapshotSample.Entry("b", [App("ui://one")]), SnapshotSample.Entry("c", [Resource("ui://two"), App("ui://two")])).Merged;
        Assert.Equal(["ui://one", "mcp+b:ui://one", "ui://two"], merged.Tools.Select(static tool => InterfaceOf(tool)));
        Assert.Equal("\"t\"", Message.Text(merged.Tools[1].UpstreamName));
    }

    /// <summary>Whoever read the first server's resource must not get the second one's while the first is away.</summary>
    [Theory]
    [InlineData(ServerHealth.Unhealthy, true, "a", "mcp+b:x:1")]
    [InlineData(ServerHealth.Healthy, false, "b", "x:1")]
    public void Find_OwnerIsAway_KeepsWhatItHas(ServerHealth health, bool enabled, string owner, string shown)
    {
        var owners = SnapshotSample.View(
            SnapshotSample.Entry("a", [Resource("x:1"), Template("x:{t}")], health, enabled: enabled), SnapshotSample.Entry("b", [Resource("x:1"), Template("x:{t}")])).Merged.Resources;
        Assert.Equal(owner, owners.Find("x:1")!.Server.Alias);
        Assert.Equal(owner, owners.Find("x:2")!.Server.Alias);
        Assert.Equal(shown, Assert.Single(owners.Listed).Name);
        Assert.Equal(enabled ? ("a", "x:1", true) : null, Route(owners.Resolve("mcp+a:x:1")));
    }

    /// <summary>Calls to servers without collisions, nearly all there are, pay nothing for those of others.</summary>
    [Fact]
    public void Resolve_ListedUri_AllocatesNothing()
    {
        var (a, b) = (SnapshotSample.Entry("a", [Resource("x:1")]), SnapshotSample.Entry("b", [Resource("x:1"), Template("y:{t}")]));
        var owners = SnapshotSample.View(a, b).Merged.Resources;

        Assert.Equal(0, Allocations.Of(() =>
        {
            owners.Resolve("x:1");
            owners.WrappingOf(a);
        }));
    }

    private static ResourceOwners Of(params (string Alias, CatalogueItem[] Items)[] servers) =>
        SnapshotSample.View([.. servers.Select(static server => SnapshotSample.Entry(server.Alias, server.Items))]).Merged.Resources;

    private static (string, string, bool)? Route(ResourceRoute? route) => route is { } found ? (found.Owner.Server.Alias, found.Uri, found.IsWrapped) : null;

    private static CatalogueItem Resource(string uri, int ordinal = 0) => SnapshotSample.Item(CatalogueItemKind.Resource, uri, ordinal);

    private static CatalogueItem Template(string template) => SnapshotSample.Item(CatalogueItemKind.ResourceTemplate, template);

    private static CatalogueItem App(string uri) => SnapshotSample.Item(CatalogueItemKind.Tool, "t") with { Json = Message.Utf8("{\"name\":\"t\",\"_meta\":{\"ui\":{\"resourceUri\":\"" + uri + "\"}}}") };

    private static string? InterfaceOf(MergedItem tool) =>
        System.Text.Json.JsonElement.Parse(tool.Json.Span).GetProperty("_meta").GetProperty("ui").GetProperty("resourceUri").GetString();
}
