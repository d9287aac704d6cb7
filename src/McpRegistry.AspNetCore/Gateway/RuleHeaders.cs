using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Takes the headers out of a request that routing rules look at. Calls may outlive the request, whose headers do not.</summary>
internal static class RuleHeaders
{
    /// <summary>Reads the headers; those that were not sent are left out, and repeated ones are joined by commas.</summary>
    /// <param name="headers">What the client sent.</param>
    /// <param name="names">What rules look at; nearly always nothing.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(IHeaderDictionary headers, ImmutableArray<string> names)
    {
        if (names.IsEmpty)
        {
            return [];
        }

        var found = new List<KeyValuePair<string, string>>(names.Length);
        foreach (var name in names)
        {
            if (headers.TryGetValue(name, out var values) && values.Count > 0)
            {
                found.Add(new(name, string.Join(',', values.ToArray())));
            }
        }

        return found;
    }
}
