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
    /// <summary>
    /// What is kept of a client: with 4 MiB, the largest request, the sessions of one client could fill the memory. Bytes, of the
    /// capabilities in their canonical form and of <c>clientInfo</c> each.
    /// </summary>
    private const int MaxBytes = 8 * 1024;

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
        ProtocolEra.Modern, static _ => true) with { IsShared = true, IsForEveryone = true };

    /// <summary>Gets the <c>capabilities</c> object for <c>initialize</c>, in a form that is the same for equal capabilities.</summary>
    public ReadOnlyMemory<byte> Capabilities { get; }

    /// <summary>Gets the capabilities as a modern server reads them in <c>_meta</c>.</summary>
    public byte[] ModernCapabilities => field ??= Of(Capabilities.Span, ProtocolEra.Modern, static _ => true).Capabilities.ToArray();

    /// <summary>Gets a short text that is equal for equal capabilities.</summary>
    public string Fingerprint { get; }

    /// <summary>Gets a value that tells whether a server may ask this client anything.</summary>
    public bool CanBeAsked { get; }

    /// <summary>Gets a value that tells whether several clients share the connection; all of them if this is the gateway itself.</summary>
    public bool IsShared { get; init; }

    /// <summary>Gets a value that tells whether clients of different principals share the connection.</summary>
    public bool IsForEveryone { get; init; }

    /// <summary>Gets a value that tells whether a session that the server has forgotten stays lost, because its client is to know.</summary>
    public bool EndsWhenLost { get; init; }

    /// <summary>Gets the raw <c>clientInfo</c> to introduce oneself with; empty for the gateway's own, and when it was too large to be kept.</summary>
    public ReadOnlyMemory<byte> ClientInfo
    {
        get;
        init => field = value.Length <= MaxBytes ? value : default;
    }

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

    /// <summary>
    /// Reads what a client declares, up to 8 KiB: what the gateway acts on first, then the other members by name; one for which no
    /// room is left is taken as not declared.
    /// </summary>
    /// <param name="capabilities">The raw object; anything else declares nothing.</param>
    /// <param name="era">The client's era: what the legacy handshake does not know is left out of a modern client's set.</param>
    /// <param name="allowsExtension">Decides which extensions may be negotiated; null refuses all. That for tasks is of modern sides only.</param>
    /// <param name="knowsUrls">Whether the client's revision has URL elicitations; if not, they count as not declared.</param>
    public static ClientProfile Of(ReadOnlySpan<byte> capabilities, ProtocolEra era, Func<string, bool>? allowsExtension = null, bool knowsUrls = true)
    {
        var declared = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var members = new JsonMembers(capabilities);
        while (members.Next())
        {
            // No white space or escapes make so much of what would have room, and to sort it costs more than to read it.
            if (members.RawValue.Length <= MaxBytes * 8 && members.Name is { } name && Read(name, members.RawValue, era, allowsExtension, knowsUrls) is { } value)
            {
                declared[name] = value;
            }
        }

        var kept = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var left = MaxBytes - 2;
        foreach (var (name, value) in declared.Where(static pair => IsUsed(pair.Key)).Concat(declared.Where(static pair => !IsUsed(pair.Key))))
        {
            // With its colon and comma.
            var size = JsonText.Quote(name).Length + value.Length + 2;
            if (size <= left)
            {
                left -= size;
                kept.Add(name, value);
            }
        }

        if (kept.Count == 0)
        {
            return Plain;
        }

        var json = CanonicalJson.Object(kept);
        return new ClientProfile(json, Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16)), kept.Keys.Any(IsQuestion));
    }

    private static byte[]? Read(string name, ReadOnlySpan<byte> value, ProtocolEra era, Func<string, bool>? allowsExtension, bool knowsUrls)
    {
        if (name == "elicitation" && !knowsUrls && value is [(byte)'{', ..])
        {
            return WithoutUrls(value);
        }

        if (name == "extensions")
        {
            var extensions = ExtensionFilter.KeepIn(value, extension => extension != ExtensionNames.Tasks && allowsExtension?.Invoke(extension) == true);
            return extensions.SequenceEqual("{}"u8) ? null : CanonicalJson.Of(extensions);
        }

        // Tasks of the session revisions are not relayed, so they must not be promised.
        return IsQuestion(name) || (era == ProtocolEra.Legacy && name != "tasks") ? CanonicalJson.Of(value) : null;
    }

    private static byte[] WithoutUrls(ReadOnlySpan<byte> elicitation)
    {
        var kept = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var members = new JsonMembers(elicitation);
        while (members.Next())
        {
            if (members.Name is { } name and not "url")
            {
                kept[name] = CanonicalJson.Of(members.RawValue);
            }
        }

        return CanonicalJson.Object(kept);
    }

    private static bool IsQuestion(string name) => name is "roots" or "sampling" or "elicitation";

    private static bool IsUsed(string name) => IsQuestion(name) || name == "extensions";
}
