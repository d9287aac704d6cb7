using System.Buffers;
using System.Buffers.Text;

namespace McpRegistry.Protocol;

/// <summary>Where a modern result says how it may be kept, and what else about it the gateway may change.</summary>
/// <param name="Hint">What it says.</param>
/// <param name="Ttl">The value of <c>ttlMs</c>.</param>
/// <param name="Scope">The value of <c>cacheScope</c>.</param>
/// <param name="Meta">The value of <c>_meta</c>.</param>
internal readonly record struct CacheableResult(CacheHint Hint, Slice Ttl, Slice Scope, Slice Meta)
{
    /// <summary>Reads a result. A value that is missing, broken or there twice says that nothing may be kept, or by the caller alone.</summary>
    public static CacheableResult Read(ReadOnlySpan<byte> result)
    {
        var (ttl, scope, meta) = (default(Slice), default(Slice), default(Slice));
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
            else if (members.NameIs("_meta"u8))
            {
                meta = members.Value;
            }
        }

        // Readers disagree about which of two counts; the one that they all have to accept is none.
        return isRepeated
            ? default(CacheableResult) with { Meta = meta }
            : new CacheableResult(new CacheHint(ReadTtl(ttl.Of(result)), scope.Of(result).SequenceEqual("\"public\""u8)), ttl, scope, meta);
    }

    /// <summary>Writes the result with some things changed.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">The result that was read.</param>
    /// <param name="hint">Another hint; null leaves it. What the result does not have is not added: missing means zero and private.</param>
    /// <param name="serverInfo">Who answers, as a raw object; empty leaves what the server says of itself.</param>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> result, CacheHint? hint, ReadOnlySpan<byte> serverInfo)
    {
        var position = 0;
        if (!serverInfo.IsEmpty && Meta.IsMissing)
        {
            position = result.IndexOf((byte)'{') + 1;
            output.Write("{\"_meta\":"u8);
            ServerInfoMeta.Write(output, [], serverInfo);
            output.Write(new JsonMembers(result).Next() ? ","u8 : ""u8);
        }

        Span<Slice> edits = [hint is null ? default : Ttl, hint is null ? default : Scope, serverInfo.IsEmpty ? default : Meta];
        edits.Sort(static (one, other) => one.Start.CompareTo(other.Start));
        foreach (var edit in edits)
        {
            if (edit.IsMissing)
            {
                continue;
            }

            output.Write(result[position..edit.Start]);
            position = edit.End;
            if (edit == Meta)
            {
                ServerInfoMeta.Write(output, edit.Of(result), serverInfo);
            }
            else if (edit == Ttl)
            {
                output.WriteNumber(hint!.Value.TtlMs);
            }
            else
            {
                output.Write(hint!.Value.IsPublic ? "\"public\""u8 : "\"private\""u8);
            }
        }

        output.Write(result[position..]);
    }

    private static long ReadTtl(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long ttl, out var consumed) && consumed == value.Length ? Math.Clamp(ttl, 0, CacheHint.MaxTtlMs) : 0;
}
