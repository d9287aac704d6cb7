namespace McpRegistry.Tenancy;

/// <summary>The slug of a tenant: <c>[a-z0-9][a-z0-9-]{0,62}</c>, a label of a host name.</summary>
internal static class TenantSlug
{
    public const int MaxLength = 63;

    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength || text[0] == '-')
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Tells whether a text is taken for an id wherever a slug or an id can stand.</summary>
    public static bool IsId(ReadOnlySpan<char> text) => Guid.TryParseExact(text, "D", out _);
}
