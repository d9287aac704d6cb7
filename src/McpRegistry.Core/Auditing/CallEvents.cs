using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Protocol;

namespace McpRegistry.Auditing;

/// <summary>Makes audit events of what requests leave behind. No header or query goes into them, and arguments only where somebody wants them kept.</summary>
internal static class CallEvents
{
    private const int FirstErrorStatus = 400;

    public static AuditEvent Of(CallRecord record, CallArguments? arguments)
    {
        var started = record.EndedAt - record.Duration;
        var isCall = record.McpMethod != McpMethod.Unknown;
        var failed = record.Failed || record.ErrorCode != 0;
        return new AuditEvent
        {
            Id = Guid.CreateVersion7(record.EndedAt),
            Tenant = record.Tenant,
            Source = isCall ? AuditSource.Mcp : AuditSource.Security,
            OccurredAt = started,
            ActorKind = KindOf(record.Caller),
            ActorName = record.Caller?.Name,
            UserId = record.Caller?.UserId,
            ApiKeyId = record.ApiKeyId,
            Roles = record.Caller is { } caller ? [.. Roles(caller)] : [],
            Action = isCall ? McpMethods.Name(record.McpMethod) : "request.refused",
            ResourceType = isCall ? TypeOf(record.McpMethod) : "endpoint",
            ResourceId = record.Server?.Server.Id.ToString(),
            ResourceName = isCall ? record.TargetName : record.Path,
            Success = !failed,
            ErrorCode = record.ErrorCode != 0 ? record.ErrorCode : record.StatusCode >= FirstErrorStatus ? record.StatusCode : null,
            ErrorMessage = record.ErrorType,
            Method = isCall ? McpMethods.Name(record.McpMethod) : null,
            JsonRpcVersion = isCall ? "2.0" : null,
            RequestId = record.RequestId ?? record.RequestNumber?.ToString(CultureInfo.InvariantCulture),
            TraceId = record.TraceId == default ? null : record.TraceId.ToHexString(),
            IpAddress = TextOf(record.Address),
            UserAgent = record.UserAgent,
            DurationMs = record.Duration.TotalMilliseconds,
            Details = DetailsOf(record, arguments),
        };
    }

    /// <summary>An IPv4 client is the same client on a socket of both families.</summary>
    public static string? TextOf(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();

    public static AuditActorKind KindOf(Caller? caller) => caller switch
    {
        null => AuditActorKind.Anonymous,
        { KeyId: null } => AuditActorKind.User,
        _ => AuditActorKind.ApiKey,
    };

    private static IEnumerable<string> Roles(Caller caller) =>
        caller.Role is { } role ? [role.ToString().ToLowerInvariant(), .. Scopes(caller)] : Scopes(caller);

    private static IEnumerable<string> Scopes(Caller caller) => Enum.GetValues<ApiKeyScope>()
        .Where(scope => scope != ApiKeyScope.None && caller.Scopes.HasFlag(scope))
        .Select(static scope => scope.ToString().ToLowerInvariant());

    private static string TypeOf(McpMethod method) => method switch
    {
        McpMethod.ToolsCall or McpMethod.ToolsList => "tool",
        McpMethod.ResourcesList or McpMethod.ResourceTemplatesList or McpMethod.ResourcesRead or McpMethod.ResourcesSubscribe
            or McpMethod.ResourcesUnsubscribe => "resource",
        McpMethod.PromptsGet or McpMethod.PromptsList => "prompt",
        McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel => "task",
        _ => "gateway",
    };

    private static string DetailsOf(CallRecord record, CallArguments? arguments)
    {
        var details = AuditDetails.Begin(record.Caller?.HostPrincipal);
        details["status"] = record.StatusCode;
        if (record.Server is { } server)
        {
            details["server"] = server.Server.Alias;
        }

        if (record.EndpointId != Guid.Empty)
        {
            details["endpoint"] = record.EndpointId;
        }

        if (record.Suppressed > 0)
        {
            details["suppressed"] = record.Suppressed;
        }

        arguments?.AddTo(details, record);
        return details.ToJsonString();
    }
}
