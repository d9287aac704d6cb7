using System.Diagnostics;
using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

/// <summary>
/// What a request leaves behind, as it is handed to the writers: references and numbers that are at hand anyway. Text is
/// made from it in the background.
/// </summary>
internal struct CallRecord
{
    public TenantId Tenant;

    public Guid? ApiKeyId;

    /// <summary>Who asked; null for nobody who was recognised.</summary>
    public Caller? Caller;

    /// <summary>What the client calls itself; null for nothing.</summary>
    public string? UserAgent;

    /// <summary>The JSON-RPC error code; 0 for none.</summary>
    public int ErrorCode;

    /// <summary>The server that the request went to; null for none.</summary>
    public ServerEntry? Server;

    public Guid EndpointId;

    /// <summary>The server's own name of the item, or the URI; it may be a client's text of any length.</summary>
    public string? TargetName;

    public string HttpMethod;

    public string Path;

    /// <summary>The MCP method; <see cref="McpMethod.Unknown"/> for a request that is none.</summary>
    public McpMethod McpMethod;

    /// <summary>The client's id of the request when it is a number.</summary>
    public long? RequestNumber;

    /// <summary>The client's id of the request when it is a text.</summary>
    public string? RequestId;

    public ActivityTraceId TraceId;

    public IPAddress? Address;

    /// <summary>When the request ended.</summary>
    public DateTimeOffset EndedAt;

    public TimeSpan Duration;

    public int StatusCode;

    public long? RequestBytes;

    public long? ResponseBytes;

    /// <summary>How many refused requests without a caller left no record of their own since the last one that did.</summary>
    public long Suppressed;

    /// <summary>The <c>params</c> of a tool call whose arguments the audit trail keeps, in memory of their own; null otherwise.</summary>
    public byte[]? Params;

    /// <summary>Whether they are larger than the trail keeps.</summary>
    public bool ParamsAreTooLarge;

    /// <summary>The stable reason of a failure; null for a success.</summary>
    public string? ErrorType;

    public readonly bool Failed => ErrorType is not null || StatusCode >= 400;
}
