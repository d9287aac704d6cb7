using System.Diagnostics;
using McpRegistry.Protocol;

namespace McpRegistry.Telemetry;

/// <summary>W3C trace context in the <c>_meta</c> of a message (protocol.md 2.3).</summary>
internal static class TraceContext
{
    /// <summary>What every system must take; a longer list may be dropped (W3C Trace Context, 3.3.1.5).</summary>
    private const int MaxStateLength = 512;

    /// <summary>Reads the context that a client sent; null when there is none, or none in the form of the standard.</summary>
    public static ActivityContext? Read(ReadOnlySpan<byte> meta)
    {
        var parent = JsonMembers.FindText(meta, MetaKeys.TraceParent);
        if (parent is null)
        {
            return null;
        }

        // A state that is broken makes the parent no worse (W3C Trace Context, 4.3).
        var state = JsonMembers.FindText(meta, MetaKeys.TraceState);
        return ActivityContext.TryParse(parent, IsState(state) ? state : null, isRemote: true, out var context) ? context : null;
    }

    /// <summary>The value of <c>traceparent</c> that makes <paramref name="span"/> the parent; empty without a span that can be one.</summary>
    public static byte[] Parent(Activity? span) => span is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? JsonText.Quote(id) : [];

    public static byte[] State(Activity? span) => span?.TraceStateString is { Length: > 0 } state ? JsonText.Quote(state) : [];

    /// <summary>It becomes a header too.</summary>
    private static bool IsState(string? state) => state is { Length: > 0 and <= MaxStateLength } && state.All(c => c is >= ' ' and <= '~');
}
