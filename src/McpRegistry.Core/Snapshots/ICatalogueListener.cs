using McpRegistry.Servers;

namespace McpRegistry.Snapshots;

/// <summary>Hears that lists of a server changed. Returns at once; whoever published waits for it.</summary>
internal interface ICatalogueListener
{
    void Changed(RegisteredServer server, ListKinds kinds);
}
