using System.Collections.Immutable;
using McpRegistry.Servers.Validation;

namespace McpRegistry.Servers;

/// <summary>
/// What callers who may not change a server see of where it is. The query of a URL and the arguments of a program are where keys
/// are often put; for those who may change the server they stay as they are, so that an answer can be sent back.
/// </summary>
internal static class MaskedPlace
{
    private const string MaskedQuery = "?" + MaskedEnvironment.Mask;

    /// <summary>Returns a URL without what follows its path.</summary>
    public static string? Url(string? url) =>
        url?.IndexOf('?', StringComparison.Ordinal) is { } start and >= 0 ? string.Concat(url.AsSpan(0, start), MaskedQuery) : url;

    /// <summary>Returns a mask for each argument.</summary>
    public static ImmutableArray<string> Arguments(ImmutableArray<string> arguments) => [.. arguments.Select(static _ => MaskedEnvironment.Mask)];

    /// <summary>Reports what was copied from an answer that was masked: it names no place that there is.</summary>
    public static void Check(ServerCandidate candidate)
    {
        foreach (var endpoint in candidate.Endpoints)
        {
            if (endpoint.Definition.Url?.EndsWith(MaskedQuery, StringComparison.Ordinal) == true)
            {
                candidate.Add($"{endpoint.Path}url", "masked_value", $"'{MaskedEnvironment.Mask}' stands for a query that was hidden; send the query.");
            }

            var arguments = endpoint.Definition.Arguments;
            for (var i = 0; i < arguments.Count; i++)
            {
                if (arguments[i] == MaskedEnvironment.Mask)
                {
                    candidate.Add($"{endpoint.Path}arguments[{i}]", "masked_value", $"'{MaskedEnvironment.Mask}' stands for an argument that was hidden; send the argument.");
                }
            }
        }
    }
}
