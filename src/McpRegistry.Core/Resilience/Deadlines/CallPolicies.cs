using System.Buffers.Text;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>Tells how long calls may take, and which may be repeated: by the caller, then the tool, the server and the gateway.</summary>
internal sealed class CallPolicies(IOptions<ResilienceOptions> options, IOptions<GatewayOptions> gateway)
{
    private readonly ServerSettings<ServerResilienceOptions> _servers = new(options.Value.Servers);
    private readonly CallTimes _default = new(gateway.Value.RequestTimeout, gateway.Value.MaxRequestDuration, options.Value.AttemptTimeout);

    /// <summary>Returns the times of a call.</summary>
    /// <param name="call">The call, which names its target.</param>
    /// <param name="server">Where it goes.</param>
    public CallTimes TimesOf(GatewayCall call, RegisteredServer server)
    {
        var times = _default;
        if (_servers.Find(server) is { } known)
        {
            var tool = ToolOf(call, known);
            times = new CallTimes(
                tool?.RequestTimeout ?? known.RequestTimeout ?? times.Silence,
                tool?.MaxRequestDuration ?? known.MaxRequestDuration ?? times.Whole,
                tool?.AttemptTimeout ?? known.AttemptTimeout ?? times.Attempt);
        }

        return ChosenBy(call) is > 0 and var milliseconds ? Chosen(milliseconds, times) : times;
    }

    /// <summary>Returns how long calls to a server may take in all, waits included, unless the caller or the tool says otherwise.</summary>
    public TimeSpan WholeOf(RegisteredServer server) => _servers.Find(server)?.MaxRequestDuration ?? _default.Whole;

    /// <summary>Tells whether a call does no harm when it runs twice.</summary>
    public bool MayRepeat(GatewayCall call) =>
        call.Message.Method == McpMethod.ToolsCall && call.Target is { } target && _servers.Find(target.Server) is { } known && ToolOf(call, known)?.MayRepeat is { } decided
            ? decided
            : RepeatableCalls.Includes(call.Message.Method, call.Target, call.TargetName);

    /// <summary>
    /// Returns how many milliseconds the caller waits, 0 for no word: what the request itself says is nearer than its header, which may be that of a whole batch.
    /// </summary>
    private static long ChosenBy(GatewayCall call)
    {
        var own = call.Message.Raw(call.Message.MetaTimeout);
        return Utf8Parser.TryParse(own, out long milliseconds, out var read) && read == own.Length && milliseconds > 0 ? milliseconds : call.TimeoutMs;
    }

    /// <summary>A caller may wait shorter or longer in silence than the operator says, and never longer in all.</summary>
    private static CallTimes Chosen(long milliseconds, CallTimes times)
    {
        var whole = milliseconds < times.Whole.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : times.Whole;
        return times with { Silence = whole, Whole = whole, Patience = whole < times.Whole ? times.Silence : null };
    }

    /// <summary>Returns what holds for the tool that is called; null for nothing.</summary>
    public static ToolResilienceOptions? ToolOf(GatewayCall call, ServerResilienceOptions server) =>
        call.Message.Method == McpMethod.ToolsCall && call.TargetName is { } name && server.Tools.TryGetValue(name, out var tool) ? tool : null;
}
