namespace McpRegistry.TestSupport.Upstreams;

public enum UpstreamEra
{
    /// <summary>2026-07-28: one POST per call, no session.</summary>
    Modern,

    /// <summary>initialize, Mcp-Session-Id, GET stream, DELETE.</summary>
    Legacy,
}
