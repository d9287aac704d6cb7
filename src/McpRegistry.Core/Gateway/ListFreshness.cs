using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway;

/// <summary>How long clients may keep what the gateway makes of the catalogues (protocol.md 2.5): never longer than any part of it.</summary>
internal sealed class ListFreshness(IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>A server that is missing may be back at any moment.</summary>
    private const long MissingTtlMs = 1_000;

    /// <summary>Gets the hint of a list that comes from a legacy server right now.</summary>
    public CacheHint LegacyList => new((long)options.Value.LegacyListTtl.TotalMilliseconds, IsPublic: false);

    /// <summary>The hint of a merged list as it is now.</summary>
    /// <param name="view">What the caller sees.</param>
    /// <param name="method">Which list.</param>
    /// <param name="continuesPublic">
    /// Whether this is a further page of a public list. All pages have one scope, and that a server is missing from this one tells
    /// nothing of the caller.
    /// </param>
    /// <param name="isSameForAll">Whether all callers of the view's tenant see it as it is.</param>
    public CacheHint OfList(TenantView view, McpMethod method, bool continuesPublic, bool isSameForAll = true)
    {
        var kind = CatalogueList.All.First(list => list.Method == method).Kind;
        return Merge(view, continuesPublic, isSameForAll, entry => Read(entry, kind));
    }

    /// <summary>Has what may be old of a list read again. The answer at hand does not wait for that.</summary>
    /// <param name="view">What the caller sees.</param>
    /// <param name="method">Which list.</param>
    /// <param name="alias">The only server that it is about; null for all.</param>
    public void Renew(TenantView view, McpMethod method, string? alias = null)
    {
        foreach (var entry in view.Servers)
        {
            if (alias is null || string.Equals(entry.Server.Alias, alias, StringComparison.Ordinal))
            {
                Renew(entry, method);
            }
        }
    }

    /// <summary>Has a list of one server read again if it may be old. Nobody waits for that.</summary>
    public void Renew(ServerEntry entry, McpMethod method)
    {
        var (kind, list) = method switch
        {
            McpMethod.ToolsList => (CatalogueItemKind.Tool, ListKinds.Tools),
            McpMethod.PromptsList => (CatalogueItemKind.Prompt, ListKinds.Prompts),
            McpMethod.ResourcesList => (CatalogueItemKind.Resource, ListKinds.Resources),
            _ => (CatalogueItemKind.ResourceTemplate, ListKinds.Resources),
        };
        if (entry.IsServed)
        {
            entry.Connections.Renew(list, Read(entry, kind));
        }
    }

    private ReadHint Read(ServerEntry entry, CatalogueItemKind kind) =>
        entry.Hints.Of(kind) is var read && entry.Report?.Era == ProtocolEra.Legacy ? read with { Said = LegacyList } : read;

    /// <summary>The hint of the description of the merged endpoint.</summary>
    public CacheHint OfSelf(TenantView view, bool isSameForAll = true) => Merge(view, missingIsPublic: false, isSameForAll, static entry => entry.Hints.Self);

    /// <summary>The hint of the description of one server.</summary>
    public CacheHint OfSelf(ServerEntry server, bool isSameForAll = true) => Narrow(server.Hints.Self.Now(time), isSameForAll && server.Server.Tenant.IsGlobal);

    private CacheHint Merge(TenantView view, bool missingIsPublic, bool isSameForAll, Func<ServerEntry, ReadHint> read)
    {
        var hint = CacheHint.Neutral;
        var isEmpty = true;
        foreach (var entry in view.Servers)
        {
            if (entry.Server.Enabled)
            {
                isEmpty = false;
                hint = hint.And(entry.IsServed ? read(entry).Now(time) : new CacheHint(MissingTtlMs, missingIsPublic));
            }
        }

        // Nobody said anything of a list without parts; the first server may be registered at any moment.
        return isEmpty ? default : Narrow(hint, isSameForAll && view.IsForEveryone);
    }

    /// <summary>What one tenant sees must not be given to another.</summary>
    private static CacheHint Narrow(CacheHint hint, bool mayBePublic) => hint with { IsPublic = hint.IsPublic && mayBePublic };
}
