using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>Finds the one key that a request presents.</summary>
internal static class PresentedKey
{
    private const string BearerPrefix = "Bearer ";
    private const string KeyPrefix = "mcpk_";

    /// <summary>Tells whether a request presents what only can be a key, where bearer tokens of others are taken, too.</summary>
    public static bool IsPresent(IHeaderDictionary headers)
    {
        if (headers.ContainsKey(ApiKeyDefaults.HeaderName))
        {
            return true;
        }

        foreach (var value in headers.Authorization)
        {
            if (value is not null && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
                && value.AsSpan(BearerPrefix.Length).TrimStart(' ').StartsWith(KeyPrefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads both headers. A request with more than one credential is refused: which one counts must not be a guess.</summary>
    /// <returns>False when the credentials are several or empty; else true, with null for a request that presents no key.</returns>
    public static bool TryRead(IHeaderDictionary headers, out string? key)
    {
        key = null;
        var authorization = headers.Authorization;
        var header = headers[ApiKeyDefaults.HeaderName];
        if (authorization.Count + header.Count > 1)
        {
            return false;
        }

        if (header.Count == 1)
        {
            key = header[0];
            return !string.IsNullOrEmpty(key);
        }

        return authorization.Count == 0 || TryReadBearer(authorization, out key);
    }

    private static bool TryReadBearer(StringValues authorization, out string? key)
    {
        var value = authorization[0];
        var isBearer = value is not null && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase);

        // Other schemes belong to other handlers of the host.
        key = isBearer ? value!.AsSpan(BearerPrefix.Length).Trim(' ').ToString() : null;
        return key is not { Length: 0 };
    }
}
