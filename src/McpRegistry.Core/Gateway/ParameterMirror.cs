using McpRegistry.Protocol;

namespace McpRegistry.Gateway;

/// <summary>The headers that repeat arguments of a tool (protocol.md 2.4): checked as they come, made as they go.</summary>
internal static class ParameterMirror
{
    /// <summary>Compares the headers of a modern client with its arguments (2.1, step 11).</summary>
    /// <param name="call">The call.</param>
    /// <param name="parameters">What the tool wants mirrored.</param>
    /// <param name="mayLack">Whether a header may be missing: the client cannot know of annotations that are newer than its list.</param>
    /// <returns>The first fault, or null.</returns>
    public static GatewayError? Check(GatewayCall call, ParameterHeaders parameters, bool mayLack)
    {
        var values = parameters.Find(call.Message);
        for (var i = 0; i < values.Length; i++)
        {
            var header = Find(call, parameters.Names[i]);
            var value = call.Message.Raw(values[i]);
            var problem = (ParameterValue.IsAbsent(value), header) switch
            {
                (true, null) => null,
                (true, _) => "repeats an argument that the body does not have",
                (false, null) => mayLack ? null : "is missing",
                _ => ParameterValue.Matches(value, header) ? null : "and the body give an argument different values",
            };
            if (problem is not null)
            {
                return EraClassifier.Mismatch($"The header {parameters.Names[i]} {problem}.");
            }
        }

        return null;
    }

    /// <summary>
    /// Lists the headers for the upstream: those that its schema asks for, whatever the client sent, and the client's others
    /// as they came. A value that has no form in a header is left to the server, which sees it in the body.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, string>> HeadersFor(GatewayCall call, ParameterHeaders? parameters)
    {
        if (parameters is null)
        {
            return call.ParameterHeaders;
        }

        var headers = new List<KeyValuePair<string, string>>(parameters.Names.Length);
        var values = parameters.Find(call.Message);
        for (var i = 0; i < values.Length; i++)
        {
            var value = call.Message.Raw(values[i]);
            if (!ParameterValue.IsAbsent(value) && ParameterValue.Encode(value) is { } text)
            {
                headers.Add(new(parameters.Names[i], text));
            }
        }

        headers.AddRange(call.ParameterHeaders.Where(header => !parameters.Names.Contains(header.Key, StringComparer.OrdinalIgnoreCase)));
        return headers;
    }

    private static string? Find(GatewayCall call, string name)
    {
        foreach (var (header, value) in call.ParameterHeaders)
        {
            if (string.Equals(header, name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }
}
