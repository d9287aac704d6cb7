using System.Security.Cryptography;
using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.Upstream;

/// <summary>
/// What a legacy server is told of its client when a session opens. Servers change what they offer with it, so sessions are
/// kept apart by it (protocol.md 4.3).
/// </summary>
internal sealed record ClientProfile
{
    private ClientProfile(ReadOnlyMemory<byte> capabilities, string fingerprint, bool canBeAsked)
    {
        Capabilities = capabilities;
        Fingerprint = fingerprint;
        CanBeAsked = canBeAsked;
    }

    /// <summary>Gets a client that can do nothing beyond calling.</summary>
    public static ClientProfile Plain { get; } = new("{}"u8.ToArray(), "", canBeAsked: false);

    /// <summary>
    /// Gets what the gateway declares for itself, to be shown all that a server has. Who calls on such a connection may be
    /// able to do less; questions beyond that are refused one by one.
    /// </summary>
    public static ClientProfile Everything { get; } = Of(
        """{"elicitation":{"form":{},"url":{}},"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}},"roots":{},"sampling":{"context":{},"tools":{}}}"""u8,
        ProtocolEra.Modern, static _ => true);

    /// <summary>Gets the <c>capabilities</c> object for <c>initialize</c>, in a form that is the same for equal capabilities.</summary>
    public ReadOnlyMemory<byte> Capabilities { get; }

    /// <summary>Gets the capabilities as a modern server reads them in <c>_meta</c>.</summary>
    public byte[] ModernCapabilities => field ??= Of(Capabilities.Span, ProtocolEra.Modern, static _ => true).Capabilities.ToArray();

    /// <summary>Gets a short text that is equal for equal capabilities.</summary>
    public string Fingerprint { get; }

    /// <summary>Gets a value that tells whether a server may ask this client anything.</summary>
    public bool CanBeAsked { get; }

    /// <summary>Gets a value that tells whether this is the gateway itself, so that callers of many kinds share the connection.</summary>
    public bool IsShared => ReferenceEquals(this, Everything);

    /// <summary>Gets the raw <c>clientInfo</c> to introduce oneself with; empty for the gateway's own.</summary>
    public ReadOnlyMemory<byte> ClientInfo { get; init; }

    /// <summary>Tells whether the client declared that it answers a question (2025-11-25 and later: form and url mode apart).</summary>
    /// <param name="method">What is asked.</param>
    /// <param name="parameters">The raw params of the question.</param>
    public bool Answers(McpMethod method, ReadOnlySpan<byte> parameters)
    {
        if (parameters is not ([] or [(byte)'{', ..]))
        {
            // Nobody could make sense of it, and other code takes it for an object.
            return false;
        }

        var declared = Capabilities.Span;
        switch (method)
        {
            case McpMethod.RootsList:
                return !JsonMembers.Find(declared, "roots"u8).IsMissing;
            case McpMethod.Sampling:
                var sampling = JsonMembers.Find(declared, "sampling"u8);
                return !sampling.IsMissing && (JsonMembers.Find(parameters, "tools"u8).IsMissing || !JsonMembers.Find(sampling.Of(declared), "tools"u8).IsMissing);
            case McpMethod.Elicitation:
                var elicitation = JsonMembers.Find(declared, "elicitation"u8);
                var hasUrl = !elicitation.IsMissing && !JsonMembers.Find(elicitation.Of(declared), "url"u8).IsMissing;
                var hasForm = !elicitation.IsMissing && (!hasUrl || !JsonMembers.Find(elicitation.Of(declared), "form"u8).IsMissing);
                return JsonMembers.FindText(parameters, "mode"u8) == "url" ? hasUrl : hasForm;
            default:
                return false;
        }
    }

    /// <summary>Reads what a client declares.</summary>
    /// <param name="capabilities">The raw object; anything else declares nothing.</param>
    /// <param name="era">The client's era: what the legacy handshake does not know is left out of a modern client's set.</param>
    /// <param name="allowsExtension">Decides which extensions may be negotiated; null refuses all. That for tasks is of modern sides only.</param>
    public static ClientProfile Of(ReadOnlySpan<byte> capabilities, ProtocolEra era, Func<string, bool>? allowsExtension = null)
    {
        var kept = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var canBeAsked = false;
        var members = new JsonMembers(capabilities);
        while (members.Next())
        {
            if (members.Name is not { } name)
            {
                continue;
            }

            var isQuestion = name is "roots" or "sampling" or "elicitation";
            canBeAsked |= isQuestion;

            if (name == "extensions")
            {
                var extensions = ExtensionFilter.KeepIn(members.RawValue, extension => extension != ExtensionNames.Tasks && allowsExtension?.Invoke(extension) == true);
                if (!extensions.SequenceEqual("{}"u8))
                {
                    kept[name] = CanonicalJson.Of(extensions);
                }

                continue;
            }

            // Tasks of the session revisions are not relayed, so they must not be promised.
            if (isQuestion || (era == ProtocolEra.Legacy && name != "tasks"))
            {
                kept[name] = CanonicalJson.Of(members.RawValue);
            }
        }

        if (kept.Count == 0)
        {
            return Plain;
        }

        var json = CanonicalJson.Object(kept);
        return new ClientProfile(json, Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16)), canBeAsked);
    }
}
