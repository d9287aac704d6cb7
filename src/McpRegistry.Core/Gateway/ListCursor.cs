using System.Buffers.Text;
using System.Globalization;
using System.Text;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;

namespace McpRegistry.Gateway;

/// <summary>
/// Where a page of a merged list ended: the last item's place in the stable order (alias, the server's own order), so that
/// servers may come and go between two pages. The text is URL-safe.
/// </summary>
internal readonly record struct ListCursor(McpMethod Method, string Alias, int Ordinal)
{
    public static ListCursor After(McpMethod method, MergedItem item) => new(method, item.Owner.Server.Alias, item.Item.Ordinal);

    public bool Precedes(MergedItem item)
    {
        var byAlias = string.CompareOrdinal(Alias, item.Owner.Server.Alias);
        return byAlias < 0 || (byAlias == 0 && Ordinal < item.Item.Ordinal);
    }

    public string Encode() => Base64Url.EncodeToString(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(int)Method}|{Ordinal}|{Alias}")));

    /// <summary>Decodes a cursor of this list; null when it is none.</summary>
    public static ListCursor? Decode(McpMethod method, string text)
    {
        Span<byte> bytes = stackalloc byte[128];
        if (text.Length > 170 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(bytes[..length]).Split('|');
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var kind) && kind == (int)method
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? new ListCursor(method, parts[2], ordinal)
            : null;
    }
}
