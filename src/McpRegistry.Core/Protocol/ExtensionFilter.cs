using System.Buffers;

namespace McpRegistry.Protocol;

/// <summary>Takes extensions out of capabilities. What stays, settings included, stays as it was written.</summary>
internal static class ExtensionFilter
{
    /// <summary>Tells whether capabilities name an extension.</summary>
    /// <param name="capabilities">The raw object; empty names none.</param>
    /// <param name="name">The extension.</param>
    public static bool Has(ReadOnlySpan<byte> capabilities, string name)
    {
        var members = new JsonMembers(Of(capabilities));
        while (members.Next())
        {
            if (string.Equals(members.Name, name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gets the <c>extensions</c> of capabilities; empty when there are none.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> capabilities)
    {
        var found = JsonMembers.Find(capabilities, "extensions"u8);
        return found.IsMissing ? default : found.Of(capabilities);
    }

    /// <summary>Returns the capabilities with those extensions only that <paramref name="keeps"/> takes; the very same bytes when it takes all.</summary>
    public static ReadOnlySpan<byte> Keep(ReadOnlySpan<byte> capabilities, Func<string, bool> keeps)
    {
        var slice = JsonMembers.Find(capabilities, "extensions"u8);
        if (slice.IsMissing)
        {
            return capabilities;
        }

        var extensions = slice.Of(capabilities);
        var kept = KeepIn(extensions, keeps);
        if (kept.SequenceEqual(extensions))
        {
            return capabilities;
        }

        var output = new ArrayBufferWriter<byte>(capabilities.Length);
        output.Write(capabilities[..slice.Start]);
        output.Write(kept);
        output.Write(capabilities[slice.End..]);
        return output.WrittenSpan;
    }

    /// <summary>The same for an <c>extensions</c> object alone.</summary>
    public static ReadOnlySpan<byte> KeepIn(ReadOnlySpan<byte> extensions, Func<string, bool> keeps)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(extensions.Length, 2));
        var separator = "{"u8;
        var all = true;
        var members = new JsonMembers(extensions);
        while (members.Next())
        {
            if (members.Name is { } name && keeps(name))
            {
                output.Write(separator);
                output.Write(members.RawMember);
                separator = ","u8;
            }
            else
            {
                all = false;
            }
        }

        output.Write(separator.SequenceEqual("{"u8) ? "{}"u8 : "}"u8);
        return all && extensions is [(byte)'{', ..] ? extensions : output.WrittenSpan;
    }
}
