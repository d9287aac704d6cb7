using McpRegistry.AccessControl;
using McpRegistry.Servers;

namespace McpRegistry.Snapshots;

/// <summary>
/// Hears that lists changed, of every server of every tenant, and tells its client of those that exist for it. Returns at once;
/// whoever published waits for it.
/// </summary>
internal interface ICatalogueListener
{
    void Changed(RegisteredServer server, ListKinds kinds);

    /// <summary>The rules or the hour changed, and with them perhaps what a server shows to the client.</summary>
    void AccessChanged(RegisteredServer server, ListKinds kinds, AccessMoment before, AccessMoment after);
}
