using System.Buffers;
using System.Buffers.Text;

namespace McpRegistry.Protocol;

/// <summary>Where a modern result says how it may be kept.</summary>
/// <param name="Hint">What it says.</param>
/// <param name="Ttl">The value of <c>ttlMs</c>.</param>
/// <param name="Scope">The value of <c>cacheScope</c>.</param>
internal readonly record struct CacheableResult(CacheHint Hint, Slice Ttl, Slice Scope)
{
    /// <summary>Reads a result. A value that is missing, broken or there twice says that nothing may be kept, or by the caller alone.</summary>
    public static CacheableResult Read(ReadOnlySpan<byte> result)
    {
        var (ttl, scope) = (default(Slice), default(Slice));
        var isRepeated = false;
        var members = new JsonMembers(result);
        while (members.Next())
        {
            if (members.NameIs("ttlMs"u8))
            {
                isRepeated |= !ttl.IsMissing;
                ttl = members.Value;
            }
            else if (members.NameIs("cacheScope"u8))
            {
                isRepeated |= !scope.IsMissing;
                scope = members.Value;
            }
        }

        // Readers disagree about which of two counts; the one that they all have to accept is none.
        return isRepeated
            ? default
            : new CacheableResult(new CacheHint(ReadTtl(ttl.Of(result)), scope.Of(result).SequenceEqual("\"public\""u8)), ttl, scope);
    }

    /// <summary>Writes the result with another hint. What it does not have is not added: missing means zero and private.</summary>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> result, CacheHint hint)
    {
        var position = 0;
        for (var edits = 0; edits < 2; edits++)
        {
            // The one that comes first in the text goes first; a missing one starts at 0 and is empty.
            var isTtl = edits == 0 == Ttl.Start < Scope.Start;
            var edit = isTtl ? Ttl : Scope;
            if (edit.IsMissing)
            {
                continue;
            }

            output.Write(result[position..edit.Start]);
            if (isTtl)
            {
                output.WriteNumber(hint.TtlMs);
            }
            else
            {
                output.Write(hint.IsPublic ? "\"public\""u8 : "\"private\""u8);
            }

            position = edit.End;
        }

        output.Write(result[position..]);
    }

    private static long ReadTtl(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long ttl, out var consumed) && consumed == value.Length ? Math.Clamp(ttl, 0, CacheHint.MaxTtlMs) : 0;
}
