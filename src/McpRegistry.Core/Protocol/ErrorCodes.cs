namespace McpRegistry.Protocol;

/// <summary>JSON-RPC and MCP error codes.</summary>
internal static class ErrorCodes
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
    public const int InternalError = -32603;

    /// <summary>2025-11-25 and earlier; never sent to a modern client.</summary>
    public const int LegacyResourceNotFound = -32002;

    /// <summary>2025-11-25 only; never sent to a modern client.</summary>
    public const int LegacyUrlElicitationRequired = -32042;

    public const int HeaderMismatch = -32020;
    public const int MissingClientCapability = -32021;
    public const int UnsupportedProtocolVersion = -32022;
}
