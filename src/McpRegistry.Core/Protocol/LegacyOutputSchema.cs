using System.Buffers;

namespace McpRegistry.Protocol;

/// <summary>Puts a schema below the root of another one. References to places in it move along; those in parts with a base of their own do not.</summary>
internal static class LegacyOutputSchema
{
    /// <summary>Writes the schema of an object whose member <c>result</c> the given one describes.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> schema)
    {
        output.Write("{"u8);
        var dialect = HasBase(schema) ? default : JsonMembers.Find(schema, "$schema"u8);
        if (!dialect.IsMissing)
        {
            // Only the root of a document says what dialect it is in.
            output.Write("\"$schema\":"u8);
            output.Write(dialect.Of(schema));
            output.Write(","u8);
        }

        output.Write("\"type\":\"object\",\"properties\":{\"result\":"u8);
        WriteSchema(output, schema, isRoot: true);
        output.Write("},\"required\":[\"result\"]}"u8);
    }

    private static void WriteSchema(IBufferWriter<byte> output, ReadOnlySpan<byte> json, bool isRoot = false)
    {
        if (json[0] == (byte)'[')
        {
            JsonElements.WriteEach(output, json, static (output, schema) => WriteSchema(output, schema));
            return;
        }

        if (json[0] != (byte)'{' || HasBase(json))
        {
            output.Write(json);
            return;
        }

        var separator = "{"u8;
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (isRoot && members.NameIs("$schema"u8))
            {
                continue;
            }

            output.Write(separator);
            output.Write(json[members.Start..members.Value.Start]);
            separator = ","u8;
            WriteKeyword(output, members);
        }

        output.Write(separator.SequenceEqual("{"u8) ? "{}"u8 : "}"u8);
    }

    private static void WriteKeyword(IBufferWriter<byte> output, in JsonMembers keyword)
    {
        if (keyword.NameIs("$ref"u8) || keyword.NameIs("$dynamicRef"u8))
        {
            WriteReference(output, keyword.RawValue);
        }
        else if (keyword.NameIs("const"u8) || keyword.NameIs("enum"u8) || keyword.NameIs("default"u8) || keyword.NameIs("examples"u8))
        {
            // Values, however much they look like schemas.
            output.Write(keyword.RawValue);
        }
        else if (keyword.NameIs("properties"u8) || keyword.NameIs("patternProperties"u8) || keyword.NameIs("$defs"u8)
            || keyword.NameIs("definitions"u8) || keyword.NameIs("dependentSchemas"u8) || keyword.NameIs("dependencies"u8))
        {
            WriteNamed(output, keyword.RawValue);
        }
        else
        {
            WriteSchema(output, keyword.RawValue);
        }
    }

    /// <summary>Writes an object whose names are free and whose values are schemas.</summary>
    private static void WriteNamed(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        var written = 0;
        var members = new JsonMembers(json);
        while (members.Next())
        {
            output.Write(json[written..members.Value.Start]);
            WriteSchema(output, members.RawValue);
            written = members.Value.End;
        }

        output.Write(json[written..]);
    }

    private static void WriteReference(IBufferWriter<byte> output, ReadOnlySpan<byte> value)
    {
        var isHere = value.SequenceEqual("\"#\""u8) || value.StartsWith("\"#/"u8);
        output.Write(isHere ? "\"#/properties/result"u8 : value);
        if (isHere)
        {
            output.Write(value[2..]);
        }
    }

    /// <summary>Tells whether a schema says where it is from, so that references in it begin there. Drafts before 2019-09 write anchors as <c>$id</c>, too.</summary>
    private static bool HasBase(ReadOnlySpan<byte> schema) =>
        JsonMembers.FindText(schema, "$id"u8) is { } id && !id.StartsWith('#');
}
