using System.Buffers.Binary;
using System.Text;
using McpRegistry.Protocol;
using McpRegistry.Sealing;
using McpRegistry.Snapshots;

namespace McpRegistry.Gateway;

/// <summary>
/// Where a page of a merged list ended: the last item's place in the stable order (alias, the server's own order), so that
/// servers may come and go between two pages. Nobody's permissions are in it; each page is made for who asks for it.
/// </summary>
internal readonly record struct ListCursor(McpMethod Method, string Alias, int Ordinal)
{
    /// <summary>Beside the number of the list, so that a version without it refuses the cursor.</summary>
    private const byte PublicFlag = 0x80;

    /// <summary>Longer than anybody reads a list; a bound all the same, so that no version has to read the cursors of all before it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private const int HeadBytes = 1 + sizeof(int);

    /// <summary>An alias has up to 32 characters; the rest is what encryption adds. Longer text need not be decrypted.</summary>
    private const int MaxTextLength = 512;

    /// <summary>Gets a value that tells whether the pages so far may be kept for everybody; all pages of a list have one scope.</summary>
    public bool IsPublic { get; init; }

    public static ListCursor After(McpMethod method, MergedItem item) => new(method, item.Owner.Server.Alias, item.Item.Ordinal);

    public bool Precedes(MergedItem item)
    {
        var byAlias = string.CompareOrdinal(Alias, item.Owner.Server.Alias);
        return byAlias < 0 || (byAlias == 0 && Ordinal < item.Item.Ordinal);
    }

    public string Seal(IStateSealer sealer)
    {
        Span<byte> state = stackalloc byte[HeadBytes + Encoding.UTF8.GetMaxByteCount(Alias.Length)];
        state[0] = (byte)(ListNumber(Method) | (IsPublic ? PublicFlag : 0));
        BinaryPrimitives.WriteInt32LittleEndian(state[1..], Ordinal);
        var length = Encoding.UTF8.GetBytes(Alias, state[HeadBytes..]);
        return sealer.Seal(SealPurpose.ListCursor, state[..(HeadBytes + length)], Lifetime);
    }

    /// <summary>Opens a cursor of this list; null when it is none, or is too old.</summary>
    public static ListCursor? Open(IStateSealer sealer, McpMethod method, string text) =>
        text.Length <= MaxTextLength
        && sealer.TryOpen(SealPurpose.ListCursor, text, out var state, out _)
        && state.Length >= HeadBytes
        && (state.Span[0] & ~PublicFlag) == ListNumber(method)
            ? new ListCursor(method, Encoding.UTF8.GetString(state.Span[HeadBytes..]), BinaryPrimitives.ReadInt32LittleEndian(state.Span[1..]))
            {
                IsPublic = (state.Span[0] & PublicFlag) != 0,
            }
            : null;

    /// <summary>Not the enum's own value, which may be another one in the version of another replica.</summary>
    private static byte ListNumber(McpMethod method) => method switch
    {
        McpMethod.ToolsList => 1,
        McpMethod.PromptsList => 2,
        McpMethod.ResourcesList => 3,
        McpMethod.ResourceTemplatesList => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(method)),
    };
}
