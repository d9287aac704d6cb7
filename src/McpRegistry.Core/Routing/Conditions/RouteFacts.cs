using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.Routing.Conditions;

/// <summary>What rules can know of a call: references to what is at hand anyway, so that asking costs no memory.</summary>
internal readonly struct RouteFacts
{
    public required Caller Caller { get; init; }

    public required McpMethod Method { get; init; }

    /// <summary>Gets the own name of the tool or prompt, or the own URI of the resource; null when the call names none.</summary>
    public string? Item { get; init; }

    /// <summary>Gets which of the three it is; none for none.</summary>
    public RouteField ItemField { get; init; }

    /// <summary>Gets the server that has the item; null when it is not known.</summary>
    public RegisteredServer? Server { get; init; }

    public IPAddress? Address { get; init; }

    /// <summary>Gets the session of a legacy client; null for others.</summary>
    public string? Session { get; init; }

    /// <summary>Gets the headers that rules ask for and the client sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>Gets the bytes of the message.</summary>
    public long Size { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Gets the params of the message, in which the arguments are; empty for none.</summary>
    public ReadOnlyMemory<byte> Params { get; init; }

    /// <summary>Gets what rules read of the arguments; null where single conditions are asked, which then read for themselves.</summary>
    public ArgumentReading? Arguments { get; init; }

    /// <summary>Gets what a log did not keep of the call; none for a call that is under way.</summary>
    public RouteField Unknown { get; init; }

    public bool IsUnknown(RouteField field) => (Unknown & field) != RouteField.None;

    /// <summary>Finds what the client sent as a header; null for nothing.</summary>
    public string? Header(string name)
    {
        for (var i = 0; i < (Headers?.Count ?? 0); i++)
        {
            if (string.Equals(Headers![i].Key, name, StringComparison.OrdinalIgnoreCase))
            {
                return Headers[i].Value;
            }
        }

        return null;
    }

    /// <summary>Tells what kind of item a method is about.</summary>
    public static RouteField FieldOf(McpMethod method, bool isCompletionOfResource = false) => method switch
    {
        McpMethod.ToolsCall => RouteField.Tool,
        McpMethod.PromptsGet => RouteField.Prompt,
        McpMethod.ResourcesRead => RouteField.Resource,
        McpMethod.Complete => isCompletionOfResource ? RouteField.Resource : RouteField.Prompt,
        _ => RouteField.None,
    };
}
