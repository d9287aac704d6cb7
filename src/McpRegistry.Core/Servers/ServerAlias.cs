using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace McpRegistry.Servers;

/// <summary>The slug of a server: <c>[a-z0-9][a-z0-9-]{0,31}</c>.</summary>
internal static class ServerAlias
{
    public const int MaxLength = 32;

    private const int HashLength = 8;

    // Paths below /mcp that are, or will be, something else than a server.
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(StringComparer.Ordinal, "gateway", "toolsets");

    public static bool IsReserved(string value) => Reserved.Contains(value);

    public static bool IsWellFormed(string value) =>
        value.Length is > 0 and <= MaxLength && value[0] != '-' && value.All(static c => IsPlain(c) || c == '-');

    /// <summary>
    /// Makes the alias of a name, the same one each time: the part after the last slash, other characters turned to hyphens.
    /// Where that loses the name (nothing left, cut, reserved) a hash of the whole name keeps different names apart.
    /// </summary>
    public static string Derive(string name)
    {
        var slug = Slug(name.AsSpan(name.LastIndexOf('/') + 1));
        if (slug.Length == 0)
        {
            return "server-" + Hash(name);
        }

        if (slug.Length <= MaxLength && !IsReserved(slug))
        {
            return slug;
        }

        return slug[..Math.Min(slug.Length, MaxLength - HashLength - 1)].TrimEnd('-') + "-" + Hash(name);
    }

    private static string Slug(ReadOnlySpan<char> text)
    {
        var slug = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var lower = char.ToLowerInvariant(c);
            if (IsPlain(lower))
            {
                slug.Append(lower);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().TrimEnd('-');
    }

    private static string Hash(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, HashLength / 2));

    private static bool IsPlain(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
