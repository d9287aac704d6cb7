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

    /// <summary>Writes the result with another hint; only for one that has both values.</summary>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> result, CacheHint hint)
    {
        if (Ttl.Start < Scope.Start)
        {
            output.Write(result[..Ttl.Start]);
            output.WriteNumber(hint.TtlMs);
            output.Write(result[Ttl.End..Scope.Start]);
            output.Write(ScopeOf(hint));
            output.Write(result[Scope.End..]);
        }
        else
        {
            output.Write(result[..Scope.Start]);
            output.Write(ScopeOf(hint));
            output.Write(result[Scope.End..Ttl.Start]);
            output.WriteNumber(hint.TtlMs);
            output.Write(result[Ttl.End..]);
        }
    }

    private static ReadOnlySpan<byte> ScopeOf(CacheHint hint) => hint.IsPublic ? "\"public\""u8 : "\"private\""u8;

    private static long ReadTtl(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long ttl, out var consumed) && consumed == value.Length ? Math.Clamp(ttl, 0, CacheHint.MaxTtlMs) : 0;
}
