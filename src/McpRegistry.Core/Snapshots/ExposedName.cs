using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace McpRegistry.Snapshots;

/// <summary>
/// The name of a tool or prompt on the merged endpoint: <c>alias__name</c>. An alias has no underscore, so the first two
/// always mark the border. Many model APIs take 64 characters of <c>A-Z a-z 0-9 _ - .</c> at most. Other characters become
/// underscores, and a name that is then not itself any more ends in a hash of the whole, which depends on nothing else, so
/// that it stays the same whatever other servers there are.
/// </summary>
internal static class ExposedName
{
    private const string Separator = "__";
    public const int MaxLength = 64;
    private const int HashLength = 10;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    public static string Of(string alias, string name)
    {
        var full = string.Concat(alias, Separator, name);
        return full.Length <= MaxLength && !full.AsSpan().ContainsAnyExcept(Allowed) ? full : Hashed(full);
    }

    /// <summary>Gets the alias that a name begins with if it is one of the merged endpoint; null when it cannot be one.</summary>
    public static string? AliasOf(string name) => name.IndexOf(Separator, StringComparison.Ordinal) is > 0 and var border ? name[..border] : null;

    private static string Hashed(string full)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(full), hash);
        Span<char> start = stackalloc char[Math.Min(full.Length, MaxLength - HashLength - 1)];
        full.AsSpan(0, start.Length).CopyTo(start);
        start.ReplaceAnyExcept(Allowed, '_');
        return string.Concat(start, "_", Convert.ToHexStringLower(hash).AsSpan(0, HashLength));
    }
}
