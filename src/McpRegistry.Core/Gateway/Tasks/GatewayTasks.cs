using System.Buffers;
using System.Text;
using McpRegistry.Discovery;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Protocol;
using McpRegistry.Sealing;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway.Tasks;

/// <summary>
/// The tasks extension between modern sides. Nothing is kept: the id that a client gets says which server has the task and
/// whose it is, sealed, so every replica with the same keys can serve it.
/// </summary>
internal sealed class GatewayTasks(IOptions<GatewayOptions> options, IStateSealer sealer)
{
    /// <summary>What an id lives longer than its task: servers may prolong one, and clients keep their id.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromDays(1);

    /// <summary>Gets what a client is told whose id leads nowhere; why it does not is nobody's business.</summary>
    public static readonly GatewayError Unknown = new(ErrorCodes.InvalidParams, "Unknown task.", "unknown_task");

    private static readonly GatewayError NotDeclared = GatewayError.BadEnvelope(
        ErrorCodes.MissingClientCapability, "The request does not declare the tasks extension.", "missing_client_capability") with
    {
        Data = Encoding.UTF8.GetBytes("{\"requiredCapabilities\":{\"extensions\":{\"" + ExtensionNames.Tasks + "\":{}}}}"),
    };

    /// <summary>Finds the server of a request about a task. Why an id leads nowhere is nobody's business.</summary>
    /// <param name="call">The request.</param>
    /// <param name="view">What its caller sees.</param>
    /// <param name="single">The only server of the endpoint; null on the merged endpoint.</param>
    public RouteTarget Resolve(GatewayCall call, TenantView view, ServerEntry? single)
    {
        if (!options.Value.Allows(ExtensionNames.Tasks) || (single?.Report is { } report && LacksTasks(report)))
        {
            return GatewayError.MethodNotFound(call.Message);
        }

        if (!IsDeclared(call))
        {
            return NotDeclared;
        }

        if (Find(call.Message.Text(call.Message.TaskId), call, view, single) is not var (server, endpoint, id))
        {
            return Unknown;
        }

        call.UpstreamTask = id;
        (call.Endpoint, call.IsBound) = (endpoint, endpoint is not null);
        return RouteTarget.To(server, id, JsonText.Quote(id));
    }

    /// <summary>Checks that a request may be about tasks; the fault, or null. For the filter of <c>subscriptions/listen</c>.</summary>
    public GatewayError? Check(GatewayCall call) => IsDeclared(call) ? null : NotDeclared;

    /// <summary>Sorts the tasks of a listen filter by the endpoints that have them. Ids that lead nowhere are left out, and so not acknowledged.</summary>
    /// <param name="call">The request.</param>
    /// <param name="taskIds">The ids as the client has them.</param>
    /// <param name="view">What its caller sees.</param>
    /// <param name="single">The only server of the endpoint; null on the merged endpoint.</param>
    public IReadOnlyCollection<TaskSubscription> Subscribe(GatewayCall call, IEnumerable<string> taskIds, TenantView view, ServerEntry? single)
    {
        var byEndpoint = new Dictionary<(Guid Server, Guid? Endpoint), TaskSubscription>();
        foreach (var text in taskIds)
        {
            if (Find(text, call, view, single) is not var (server, endpoint, id) || !server.IsReached)
            {
                continue;
            }

            if (!byEndpoint.TryGetValue((server.Server.Id, endpoint), out var subscription))
            {
                byEndpoint.Add((server.Server.Id, endpoint), subscription = new TaskSubscription(server, endpoint));
            }

            subscription.Add(id, text);
        }

        return byEndpoint.Values;
    }

    /// <summary>Tells whether the client of a modern request takes tasks.</summary>
    public bool IsDeclared(GatewayCall call) => call.Era == ProtocolEra.Modern
        && options.Value.Allows(ExtensionNames.Tasks)
        && ExtensionFilter.Has(call.Message.Raw(call.Message.MetaCapabilities), ExtensionNames.Tasks);

    /// <summary>Opens an id and finds its server; null when it leads nowhere for this caller at this endpoint.</summary>
    public (ServerEntry Server, Guid? Endpoint, string UpstreamId)? Find(string? text, GatewayCall call, TenantView view, ServerEntry? single) =>
        TaskHandle.Open(sealer, text, call.Caller.PrincipalId) is { } handle
        && view.Find(handle.ServerId) is { } server
        && (single is null || single.Server.Id == server.Server.Id)
        && server.Report is not { Era: ProtocolEra.Legacy }
        && (handle.EndpointId == Guid.Empty || server.HasEndpoint(handle.EndpointId))
            ? (server, handle.EndpointId == Guid.Empty ? null : handle.EndpointId, handle.UpstreamId)
            : null;

    /// <summary>Writes the answer of a modern server that is about a task.</summary>
    /// <param name="call">The client's request.</param>
    /// <param name="server">The server.</param>
    /// <param name="message">Its response.</param>
    /// <param name="serverInfo">Who the client is told has answered, as a raw object; empty leaves what the server says.</param>
    /// <returns>The answer for the client; null when the response is about no task.</returns>
    public GatewayAnswer? Answer(GatewayCall call, RegisteredServer server, UpstreamMessage message, ReadOnlySpan<byte> serverInfo = default)
    {
        if (message.IsError)
        {
            return null;
        }

        var result = message.Raw(message.Result);
        if (McpMethods.IsTask(call.Message.Method))
        {
            return call.UpstreamTask is { } id ? Write(call, result, id, call.Message.Text(call.Message.TaskId)!, serverInfo) : null;
        }

        return IsCreated(result) ? Create(call, server, result, serverInfo) : null;
    }

    /// <summary>The search spares nearly all results the walk over their members.</summary>
    private static bool IsCreated(ReadOnlySpan<byte> result) =>
        result.IndexOf("\"task\""u8) >= 0 && JsonMembers.FindText(result, "resultType"u8) == "task";

    private static bool LacksTasks(DiscoveryReport report) =>
        report.Era is { } era && (era == ProtocolEra.Legacy || !ExtensionFilter.Has(report.Capabilities.Span, ExtensionNames.Tasks));

    private GatewayAnswer Create(GatewayCall call, RegisteredServer server, ReadOnlySpan<byte> result, ReadOnlySpan<byte> serverInfo)
    {
        if (!IsDeclared(call))
        {
            return Refuse(call, server, "answered with a task that the client does not take");
        }

        if (TaskIdRewriter.Read(result) is not { Length: > 0 } id || Encoding.UTF8.GetByteCount(id) > TaskHandle.MaxIdBytes)
        {
            return Refuse(call, server, "answered with a task that has no usable id");
        }

        var handle = new TaskHandle(server.Id, call.TargetEndpoint, id, CallDigest.OfPrincipal(call.Caller.PrincipalId));
        return Write(call, result, id, handle.Seal(sealer, LifetimeOf(TaskIdRewriter.ReadTtl(result))), serverInfo);
    }

    private TimeSpan LifetimeOf(double? ttl)
    {
        var longest = options.Value.MaxTaskLifetime;
        return ttl is { } milliseconds && milliseconds < (longest - Margin).TotalMilliseconds
            ? TimeSpan.FromMilliseconds(Math.Max(0, milliseconds)) + Margin
            : longest;
    }

    private static GatewayAnswer Write(GatewayCall call, ReadOnlySpan<byte> result, string from, string to, ReadOnlySpan<byte> serverInfo)
    {
        var named = new ArrayBufferWriter<byte>(result.Length + 512);
        TaskIdRewriter.Write(named, result, from, to);
        var output = new ArrayBufferWriter<byte>(named.WrittenCount + 512);
        ResultRewriter.WriteResult(output, call.Id, named.WrittenSpan, call.Message.Method, ProtocolEra.Modern, ProtocolEra.Modern, serverInfo: serverInfo);
        return new GatewayAnswer(output.WrittenMemory);
    }

    private static GatewayAnswer Refuse(GatewayCall call, RegisteredServer server, string why) =>
        AnswerWriter.Error(call.Id, new GatewayError(ErrorCodes.InternalError, $"Server '{server.Alias}' {why}.", FaultReasons.ProtocolError) { Upstream = server.Alias });
}
