namespace McpRegistry.Servers;

/// <summary>The two incompatible generations of MCP.</summary>
public enum ProtocolEra
{
    /// <summary>The session revisions that open with <c>initialize</c>: 2024-11-05 to 2025-11-25.</summary>
    Legacy,

    /// <summary>The stateless revisions from 2026-07-28 on.</summary>
    Modern,
}
