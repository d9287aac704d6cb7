using System.Security.Cryptography;
using System.Text;

namespace McpRegistry.Snapshots;

/// <summary>
/// The name of a tool or prompt on the merged endpoint: <c>alias__name</c>. An alias has no underscore, so the first two
/// always mark the border. Many model APIs take 64 characters at most; longer names end in a hash of the whole, which
/// depends on nothing else, so that it stays the same whatever other servers there are.
/// </summary>
internal static class ExposedName
{
    public const string Separator = "__";
    public const int MaxLength = 64;
    private const int HashLength = 10;

    public static string Of(string alias, string name)
    {
        var full = string.Concat(alias, Separator, name);
        return full.Length <= MaxLength ? full : Shorten(full);
    }

    private static string Shorten(string full)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(full), hash);
        var cut = MaxLength - HashLength - 1;

        // Half of a surrogate pair would not be text.
        cut = char.IsHighSurrogate(full[cut - 1]) ? cut - 1 : cut;
        return string.Concat(full.AsSpan(0, cut), "_", Convert.ToHexStringLower(hash).AsSpan(0, HashLength));
    }
}
