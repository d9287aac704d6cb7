using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

/// <summary>The rules of 2026-07-28 for <c>x-mcp-header</c>, one by one.</summary>
public sealed class ParameterHeadersTests
{
    /// <summary>Good schemas: what is mirrored, and from where.</summary>
    public static TheoryData<string, string> Good => new()
    {
        { """{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}""", "Mcp-Param-A=a" },
        { """{"properties":{"a":{"x-mcp-header":"A","type":"integer"},"b":{"type":"boolean","x-mcp-header":"B"},"c":{"type":"number"}}}""", "Mcp-Param-A=a Mcp-Param-B=b" },
        { """{"properties":{"a":{"type":"object","properties":{"b":{"properties":{"c":{"type":"string","x-mcp-header":"Deep"}}}}}}}""", "Mcp-Param-Deep=a/b/c" },
        { """{"properties":{"a":{"x-mcp-header":"!#$%&'*+-.^_`|~09AZaz","type":"string"}}}""", "Mcp-Param-!#$%&'*+-.^_`|~09AZaz=a" },
        { """{"properties":{"a":{"type":["string","null"],"x-mcp-header":"A"}}}""", "Mcp-Param-A=a" },
        { """{"properties":{"a":{"type":["null","integer","string"],"x-mcp-header":"A"}}}""", "Mcp-Param-A=a" },
        { """{"properties":{"a":{"enum":["x","y"],"x-mcp-header":"A"}}}""", "Mcp-Param-A=a" },
        { """{"properties":{"a":{"$ref":"#/$defs/r","x-mcp-header":"A"}},"$defs":{"r":{"type":"string"}}}""", "Mcp-Param-A=a" },
        { """{"properties":{"properties":{"type":"string","x-mcp-header":"A"},"items":{"type":"string","x-mcp-header":"B"}}}""", "Mcp-Param-A=properties Mcp-Param-B=items" },

        // An argument may be called like the keyword; only its own schema could annotate it.
        { """{"properties":{"x-mcp-header":{"type":"string","x-mcp-header":"A"}}}""", "Mcp-Param-A=x-mcp-header" },
        { """{"properties":{"\u0061":{"typ\u0065":"string","x\u002dmcp-header":"\u0041"}}}""", "Mcp-Param-A=a" },

        // The annotation of a string does not hinder the one of its would-be member.
        { """{"properties":{"a":{"x-mcp-header":"A","properties":{"b":{"x-mcp-header":"B","type":"string"}}}}}""", "Mcp-Param-B=a/b Mcp-Param-A=a" },
    };

    /// <summary>Schemas without an annotation, however much they look like it.</summary>
    public static TheoryData<string> Plain =>
    [
        "{}", "true", "[]", "null", "7", "\"x-mcp-header\"",
        """{"properties":{"a":{"type":"string","description":"x-mcp-header"}}}""",
        """{"properties":{"x-mcp-header":{"type":"string"}}}""",
        """{"properties":{"x-mcp-header":true}}""",
        """{"$defs":{"x-mcp-header":{"type":"string"}},"patternProperties":{"x-mcp-header":{}},"dependentSchemas":{"x-mcp-header":{}}}""",
        """{"anyOf":[{"properties":{"x-mcp-header":{"type":"string"}}}]}""",
        """{"properties":{"a":{"default":{"x-mcp-header":1},"const":{"x-mcp-header":""},"enum":[{"x-mcp-header":"A"}],"examples":[[{"x-mcp-header":"A"}]]}}}""",
        """{"properties":{"a":{"X-Mcp-Header":"A"}}}""",
        """{"properties":{"\ud800":{"type":"string"}}}""",
    ];

    /// <summary>Broken rules, and a word of the reason.</summary>
    public static TheoryData<string, string> Bad => new()
    {
        { Property("\"\""), "empty" },
        { Property("null"), "no text" },
        { Property("7"), "no text" },
        { Property("true"), "no text" },
        { Property("""{"a":"b"}"""), "no text" },
        { Property("""["A"]"""), "no text" },
        { Property("""
            "\ud800"
            """), "no text" },
        { Property("\"My Region\""), "header's name" },
        { Property("\"My:Region\""), "header's name" },
        { Property("\"Région\""), "header's name" },
        { Property("""
            "A\r\nB"
            """), "header's name" },
        { Property("""
            "A\u0000"
            """), "header's name" },
        { Property("""
            "A\t"
            """), "header's name" },
        { Property("\"A/B\""), "header's name" },
        { Property("\"A(B)\""), "header's name" },
        { Property($"\"{new string('a', 257)}\""), "longer" },
        { Typed("\"number\""), "no string" },
        { Typed("\"object\""), "no string" },
        { Typed("\"array\""), "no string" },
        { Typed("\"null\""), "no string" },
        { Typed("\"String\""), "no string" },
        { Typed("7"), "no string" },
        { Typed("[]"), "no string" },
        { Typed("[\"null\"]"), "no string" },
        { Typed("[\"string\",\"number\"]"), "no string" },
        { Typed("[\"string\",{}]"), "no string" },
        { Typed("\"string\",\"type\":\"number\""), "no string" },
        { """{"properties":{"a":{"type":"string","x-mcp-header":"Region"},"b":{"type":"string","x-mcp-header":"Region"}}}""", "used twice" },
        { """{"properties":{"a":{"type":"string","x-mcp-header":"Region"},"b":{"properties":{"c":{"type":"string","x-mcp-header":"rEGION"}}}}}""", "used twice" },
        { """{"properties":{"a":{"type":"string","x-mcp-header":"A","x-mcp-header":"B"}}}""", "twice" },
        { """{"properties":{"a":{"type":"string","x-mcp-header":"A"},"a":{"type":"string","x-mcp-header":"B"}}}""", "described twice" },
        { """{"type":"string","x-mcp-header":"A"}""", "no chain" },
        { Under("items", Annotated), "no chain" },
        { Under("prefixItems", $"[{Annotated}]"), "no chain" },
        { Under("additionalProperties", Annotated), "no chain" },
        { Under("patternProperties", $$"""{"^a":{{Annotated}}}"""), "no chain" },
        { Under("not", Annotated), "no chain" },
        { Under("oneOf", $"[{Annotated}]"), "no chain" },
        { Under("anyOf", $$$$"""[{},{"properties":{"b":{{{{Annotated}}}}}}]"""), "no chain" },
        { Under("allOf", $$"""[[{{Annotated}}]]"""), "no chain" },
        { Under("if", $$$$"""{"properties":{"b":{{{{Annotated}}}}}}"""), "no chain" },
        { Under("then", $$$$"""{"properties":{"b":{{{{Annotated}}}}}}"""), "no chain" },
        { Under("else", Annotated), "no chain" },
        { Under("$defs", $$"""{"d":{{Annotated}}}"""), "no chain" },
        { Under("definitions", $$$$"""{"d":{"properties":{"b":{{{{Annotated}}}}}}}"""), "no chain" },
        { Under("vendor", $$"""{"d":{{Annotated}}}"""), "no chain" },
        { Under("properties", $"[{Annotated}]"), "no chain" },
        { $$$$"""{"properties":{"\ud800":{{{{Annotated}}}}}}""", "no chain" },
        { $$$$"""[{"properties":{"a":{{{{Annotated}}}}}}]""", "no chain" },
    };

    private const string Annotated = """{"type":"string","x-mcp-header":"A"}""";

    [Theory]
    [MemberData(nameof(Good))]
    public void Of_GoodSchema_MirrorsTheArguments(string schema, string expected)
    {
        var parameters = Read(schema, out var fault);
        Assert.Null(fault);
        Assert.Equal(expected, string.Join(' ', parameters!.Names.Select((name, i) => $"{name}={string.Join('/', parameters.PathOf(i))}")));
    }

    [Theory]
    [MemberData(nameof(Plain))]
    public void Of_SchemaWithoutAnnotation_MirrorsNothing(string schema)
    {
        Assert.Null(Read(schema, out var fault));
        Assert.Null(fault);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void Of_BrokenRule_SaysWhich(string schema, string reason)
    {
        Assert.Null(Read(schema, out var fault));
        Assert.Contains(reason, fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault!);
    }

    [Fact]
    public void Of_OtherMembersOfTheTool_AreNotLookedAt()
    {
        const string Tool = """{"name":"x-mcp-header","outputSchema":{"x-mcp-header":""},"_meta":{"x-mcp-header":7}}""";
        Assert.Null(ParameterHeaders.Of(Message.Utf8(Tool), out var fault));
        Assert.Null(fault);
    }

    /// <summary>Parsers differ in which of two they take, so neither may decide what is mirrored.</summary>
    [Fact]
    public void Of_TwoInputSchemas_AreRefused()
    {
        var tool = $$$$$"""{"inputSchema":{},"inputSchema":{"properties":{"a":{{{{{Annotated}}}}}}}}""";
        Assert.Null(ParameterHeaders.Of(Message.Utf8(tool), out var fault));
        Assert.NotNull(fault);
    }

    [Fact]
    public void Of_ManyAnnotations_AreBounded()
    {
        Assert.Equal(256, Read(Many(256), out _)!.Names.Length);
        Assert.Null(Read(Many(257), out var fault));
        Assert.Contains("256", fault, StringComparison.Ordinal);
        Assert.Null(Read(Many(10_000), out fault));
        Assert.NotNull(fault);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(500_000)]
    public void Of_DeepSchema_IsRefusedWithoutEnd(int depth)
    {
        var schema = string.Concat(Enumerable.Repeat("""{"properties":{"a":""", depth)) + Annotated + string.Concat(Enumerable.Repeat("}}", depth));
        Assert.Null(Read(schema, out var fault));
        Assert.Contains("deeper", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_Call_GivesTheValuesOfTheAnnotatedArguments()
    {
        var parameters = Read(
            """{"properties":{"a":{"x-mcp-header":"A"},"o":{"properties":{"b":{"x-mcp-header":"B"},"c":{"x-mcp-header":"C"}}},"n":{"x-mcp-header":"N"}}}""", out _)!;
        Assert.Equal(["\"x\"", "2", "", "null"], Find(parameters, """{"o":{"x":{"b":7},"\u0062":2},"a":"x","n":null,"b":9}"""));
        Assert.Equal(["", "", "", ""], Find(parameters, """{"o":[{"b":1}]}"""));
        Assert.Equal(["", "", "", ""], Find(parameters, "[]"));
        Assert.Equal(["", "", "", ""], Find(parameters, "7"));
        Assert.Equal(["", "", "", ""], parameters.Find(Message.Of("""{"jsonrpc":"2.0","id":1,"method":"tools/call"}""")).Select(slice => slice.IsMissing ? "" : "?"));
    }

    [Fact]
    public void AreSame_Annotations_AreComparedByNameAndPath()
    {
        var one = Read("""{"properties":{"a":{"x-mcp-header":"A"}}}""", out _);
        Assert.True(ParameterHeaders.AreSame(one, Read("""{"properties":{"a":{"x-mcp-header":"a","description":"new"}}}""", out _)));
        Assert.False(ParameterHeaders.AreSame(one, Read("""{"properties":{"a":{"x-mcp-header":"B"}}}""", out _)));
        Assert.False(ParameterHeaders.AreSame(one, Read("""{"properties":{"b":{"x-mcp-header":"A"}}}""", out _)));
        Assert.False(ParameterHeaders.AreSame(one, null));
        Assert.True(ParameterHeaders.AreSame(null, null));
    }

    private static string Property(string annotation) => Argument("\"type\":\"string\",\"x-mcp-header\":" + annotation);

    private static string Typed(string type) => Argument("\"x-mcp-header\":\"A\",\"type\":" + type);

    private static string Under(string keyword, string value) => Argument($"\"{keyword}\":{value}");

    private static string Argument(string keywords) => "{\"properties\":{\"a\":{" + keywords + "}}}";

    private static string Many(int count) =>
        "{\"properties\":{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"p{i}\":{{\"type\":\"string\",\"x-mcp-header\":\"H{i}\"}}")) + "}}";

    private static string[] Find(ParameterHeaders parameters, string arguments)
    {
        var message = Message.Of($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{{{arguments}}}}}""");
        return [.. parameters.Find(message).Select(slice => Message.Text(message.Raw(slice)))];
    }

    private static ParameterHeaders? Read(string schema, out string? fault) =>
        ParameterHeaders.Of(Message.Utf8($$"""{"name":"t","inputSchema":{{schema}}}"""), out fault);
}
