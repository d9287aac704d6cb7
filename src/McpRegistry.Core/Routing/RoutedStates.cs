using System.Buffers;
using System.Text;
using McpRegistry.AccessControl;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Protocol;
using McpRegistry.Sealing;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using Microsoft.Extensions.Options;

namespace McpRegistry.Routing;

/// <summary>
/// Has calls that a rule moved, and that their server asked something about, come back to that server. Nothing is kept: the
/// state that the client brings back says where it comes from, sealed, around what the server itself gave.
/// </summary>
internal sealed class RoutedStates(AccessGate access, IStateSealer sealer, IOptions<GatewayOptions> options)
{
    private const byte Version = 2;
    private const int IdBytes = 16;
    private const int HeaderBytes = 1 + IdBytes + IdBytes + CallDigest.Length;

    /// <summary>
    /// Leads a retried call to the server and endpoint that asked. A server of one endpoint gives its state to the client itself, so one that the gateway cannot
    /// open is left to it; with several, half of what is not named would reach those that have never asked.
    /// </summary>
    public RoutedCall Resume(GatewayCall call, TenantView view, in RouteTarget target)
    {
        if (!sealer.TryOpen(SealPurpose.RequestState, call.Message.Text(call.Message.RequestState), out var opened, out var fault))
        {
            return fault == SealFault.Expired || RoutedCall.NamesEndpoints(target.Server!) ? new RoutedCall(StateErrors.Expired) : new RoutedCall(target);
        }

        var state = opened.Span;
        if (state.Length < HeaderBytes || state[0] != Version)
        {
            return new RoutedCall(target);
        }

        if (!state[(1 + IdBytes + IdBytes)..HeaderBytes].SequenceEqual(CallDigest.OfPrincipal(call.Caller.PrincipalId)))
        {
            return new RoutedCall(StateErrors.Invalid);
        }

        if (view.Find(new Guid(state.Slice(1, IdBytes))) is not { } server || !access.Lists(call.Caller, server.Server, call.Message.Method))
        {
            return new RoutedCall(StateErrors.Expired);
        }

        var endpoint = new Guid(state.Slice(1 + IdBytes, IdBytes));
        var own = state[HeaderBytes..];

        // What the gateway itself asked for a server of the session era says where it waits; anything else is at the endpoint that gave it.
        var isSuspended = RequestState.Open(sealer, Encoding.UTF8.GetString(own), out var suspension) is not null;
        if (suspension == SealFault.Expired
            || (!isSuspended && (server.Report?.Era == ProtocolEra.Legacy || (endpoint != Guid.Empty && !server.HasEndpoint(endpoint)))))
        {
            return new RoutedCall(StateErrors.Expired);
        }

        call.Replace(Restore(call.Message, own));
        call.IsBound = !isSuspended && endpoint != Guid.Empty;
        var tool = call.Message.Method == McpMethod.ToolsCall ? target.RoutingName : null;
        return new RoutedCall(CallRouter.Move(target, server, tool), endpoint == Guid.Empty ? null : endpoint, IsMoved: true);
    }

    /// <summary>Puts into an answer that asks the client something where it comes from.</summary>
    public GatewayAnswer Name(GatewayCall call, ServerEntry server, Guid? endpoint, GatewayAnswer answer)
    {
        if (call.Era != ProtocolEra.Modern || answer.ErrorCode != 0 || !McpMethods.MayAsk(call.Message.Method))
        {
            return answer;
        }

        var json = answer.Json.Span;
        var place = JsonMembers.Find(json, "result"u8);
        var result = place.Of(json);
        if (!InputRequired.Is(result))
        {
            return answer;
        }

        var own = JsonMembers.Find(result, "requestState"u8);
        var inner = own.IsMissing ? [] : Encoding.UTF8.GetBytes(JsonMembers.Text(own.Of(result)) ?? "");
        if (inner.Length > IStateSealer.MaxStateBytes - HeaderBytes)
        {
            return AnswerWriter.Error(call.Id, new GatewayError(
                ErrorCodes.InternalError, $"Server '{server.Server.Alias}' gave a requestState that is too long.", Discovery.FaultReasons.ProtocolError) { Upstream = server.Server.Alias });
        }

        var text = JsonText.Quote(Seal(call, server, endpoint, inner));
        var output = new ArrayBufferWriter<byte>(json.Length + text.Length + 32);
        if (own.IsMissing)
        {
            output.Write(json[..(place.Start + 1)]);
            output.Write("\"requestState\":"u8);
            output.Write(text);
            output.Write(","u8);
            output.Write(json[(place.Start + 1)..]);
        }
        else
        {
            output.Write(json[..(place.Start + own.Start)]);
            output.Write(text);
            output.Write(json[(place.Start + own.End)..]);
        }

        return answer with { Json = output.WrittenMemory };
    }

    private string Seal(GatewayCall call, ServerEntry server, Guid? endpoint, ReadOnlySpan<byte> inner)
    {
        var state = new byte[HeaderBytes + inner.Length];
        state[0] = Version;
        server.Server.Id.TryWriteBytes(state.AsSpan(1));
        (endpoint ?? Guid.Empty).TryWriteBytes(state.AsSpan(1 + IdBytes));
        CallDigest.OfPrincipal(call.Caller.PrincipalId).CopyTo(state, 1 + IdBytes + IdBytes);
        inner.CopyTo(state.AsSpan(HeaderBytes));
        return sealer.Seal(SealPurpose.RequestState, state, options.Value.MaxTaskLifetime);
    }

    /// <summary>Gives the server back what it gave: its own state, or none.</summary>
    private static ClientMessage Restore(ClientMessage message, ReadOnlySpan<byte> inner)
    {
        var body = message.Body.Span;
        var output = new ArrayBufferWriter<byte>(body.Length);
        output.Write(body[..message.Params.Start]);
        output.Write("{"u8);
        var isFirst = true;
        var members = new JsonMembers(message.Raw(message.Params));
        while (members.Next())
        {
            var isState = members.NameIs("requestState"u8);
            if (isState && inner.IsEmpty)
            {
                continue;
            }

            output.Write(isFirst ? ""u8 : ","u8);
            output.Write(isState ? [.. "\"requestState\":"u8, .. JsonText.Quote(Encoding.UTF8.GetString(inner))] : members.RawMember);
            isFirst = false;
        }

        output.Write("}"u8);
        output.Write(body[message.Params.End..]);
        EnvelopeReader.Read(output.WrittenMemory, EnvelopeLimits.Default, out var restored);
        return restored;
    }
}
