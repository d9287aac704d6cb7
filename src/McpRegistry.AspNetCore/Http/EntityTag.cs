using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace McpRegistry.AspNetCore.Http;

/// <summary>The version of a row as an ETag.</summary>
internal static class EntityTag
{
    public static string Of(long version) => $"\"{version}\"";

    /// <summary>Evaluates If-Match by RFC 9110: strong comparison, <c>*</c> matches whatever there is.</summary>
    /// <returns>False when the request is bound to versions and this is none of them.</returns>
    public static bool Matches(IHeaderDictionary headers, long version, out bool isBound)
    {
        var values = headers.IfMatch;
        isBound = values.Count > 0;
        if (!isBound)
        {
            return true;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(values, out var tags))
        {
            return false;
        }

        if (tags.Contains(EntityTagHeaderValue.Any))
        {
            isBound = false;
            return true;
        }

        var current = new EntityTagHeaderValue(Of(version));
        return tags.Any(tag => tag.Compare(current, useStrongComparison: true));
    }

    /// <summary>Returns the version that a write must still find; null where If-Match binds it to none.</summary>
    public static long? BoundVersion(IHeaderDictionary headers, long version) => Matches(headers, version, out var isBound) && isBound ? version : null;
}
