using McpRegistry.Protocol;

namespace McpRegistry.Gateway.Bridging;

/// <summary>Says what a client must declare to be asked something, as <c>requiredCapabilities</c> of -32021 has it.</summary>
internal static class RequiredCapabilities
{
    /// <summary>Refuses a request that declares less than what it is asked.</summary>
    public static GatewayError Missing(IEnumerable<InputRequest> requests) => GatewayError.BadEnvelope(
        ErrorCodes.MissingClientCapability, "The call waits for an answer to what this request does not declare.", "missing_client_capability") with
    {
        Data = (byte[])[.. "{\"requiredCapabilities\":"u8, .. Of(requests), .. "}"u8],
    };

    private static byte[] Of(IEnumerable<InputRequest> requests)
    {
        var needed = new Dictionary<string, SortedDictionary<string, byte[]>>(StringComparer.Ordinal);
        foreach (var request in requests)
        {
            var (name, part) = Needed(request);
            if (!needed.TryGetValue(name, out var parts))
            {
                needed.Add(name, parts = new SortedDictionary<string, byte[]>(StringComparer.Ordinal));
            }

            if (part is not null)
            {
                parts[part] = "{}"u8.ToArray();
            }
        }

        return CanonicalJson.Object(new SortedDictionary<string, byte[]>(
            needed.ToDictionary(static pair => pair.Key, static pair => CanonicalJson.Object(pair.Value), StringComparer.Ordinal), StringComparer.Ordinal));
    }

    private static (string Name, string? Part) Needed(InputRequest request) => request.Method switch
    {
        McpMethod.Elicitation => ("elicitation", JsonMembers.FindText(request.Params.Span, "mode"u8) == "url" ? "url" : "form"),
        McpMethod.Sampling => ("sampling", JsonMembers.Find(request.Params.Span, "tools"u8).IsMissing ? null : "tools"),
        _ => ("roots", null),
    };
}
