using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRegistry.Analytics;
using McpRegistry.Auditing;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using Xunit;

namespace McpRegistry.Core.Tests.Auditing;

public sealed class CallArgumentsTests
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData("""{"properties":{"a":{"format":"password"}}}""")]
    [InlineData("""{"properties":{"a":{"writeOnly":true}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-sensitive":true}}}""")]
    [InlineData("""{"properties":{"a":{"$ref":"#/$defs/s"}},"$defs":{"s":{"format":"password"}}}""")]
    [InlineData("""{"properties":{"a":{"$ref":"#/$defs/x~1y%20z"}},"$defs":{"x/y z":{"anyOf":[{"type":"null"},{"writeOnly":true}]}}}""")]
    [InlineData("""{"properties":{"a":{"$ref":"https://example.org/s.json"}}}""")]
    [InlineData("""{"properties":{"a":{"$ref":"#named"}}}""")]
    [InlineData("""{"properties":{"a":{"$ref":"#/$defs/s"}},"$defs":{"s":{"$ref":"#/$defs/s"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string"}},"if":{},"then":{"properties":{"a":{"writeOnly":true}}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string"}},"patternProperties":{"(x+x+)+y":{"format":"password"}}}""")]
    [InlineData("""{"additionalProperties":{"writeOnly":true}}""")]
    [InlineData("""{"type":"object"}""")]
    [InlineData("""{"properties":{"b":{"type":"string"}}}""")]
    [InlineData("""{"properties":{"b":{"type":"string"}},"additionalProperties":true}""")]
    [InlineData("""{"additionalProperties":{}}""")]
    [InlineData("""{"unevaluatedProperties":{"description":"Whatever else.","title":"More"}}""")]
    [InlineData("""{"patternProperties":{"^x-":{"type":"string"}}}""")]
    [InlineData("""{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":{}}""")]
    [InlineData("""{"$ref":"#/$defs/x","$defs":{"x":{"patternProperties":{"b":{"anyOf":[{"type":"string"}]}}}}}""")]
    public void AddTo_SchemaMarksOrDoesNotKnowTheMember_MasksIt(string schema)
    {
        var details = Keep(schema, $$"""{"a":"{{Secret}}"}""");

        Assert.Equal("""{"a":"***"}""", details["arguments"]!.ToJsonString());
    }

    /// <summary>What a pattern says of members describes none of them, at any depth, and still tells of secrets.</summary>
    [Theory]
    [InlineData("""{"properties":{"o":{"type":"object"}},"patternProperties":{".":{"properties":{"a":{"type":"string"}}}}}""", """{"o":{"a":"***"}}""")]
    [InlineData("""{"properties":{"o":{"properties":{"a":{"type":"string"},"b":{"type":"string"}}}},"patternProperties":{".":{"properties":{"a":{"writeOnly":true}}}}}""", """{"o":{"a":"***"}}""")]
    [InlineData("""{"properties":{"o":{"items":{}}}}""", """{"o":["***"]}""")]
    [InlineData("""{"properties":{"o":{"prefixItems":[{}],"unevaluatedItems":{}}}}""", """{"o":["***"]}""")]
    [InlineData("""{"additionalProperties":{"items":{"type":"object","additionalProperties":{}}}}""", """{"o":[{"a":"***"}]}""")]
    public void AddTo_NestedSchemaThatDescribesNothing_Masks(string schema, string expected)
    {
        var value = expected.Replace("***", Secret, StringComparison.Ordinal);

        Assert.Equal(expected, Keep(schema, value)["arguments"]!.ToJsonString());
    }

    [Fact]
    public void AddTo_SchemaOfAllMembers_KeepsWhatItDescribes()
    {
        var details = Keep("""{"properties":{"named":{}},"additionalProperties":{"type":["string","array"],"items":{"type":"integer"}}}""", """{"named":1,"a":"b","c":[2]}""");

        Assert.Equal("""{"named":1,"a":"b","c":[2]}""", details["arguments"]!.ToJsonString());
    }

    [Fact]
    public void AddTo_NestedArguments_KeepsAllThatIsNoSecret()
    {
        var details = Keep(
            """
            {"properties":{
              "city":{"type":"string"},"count":{"type":"integer"},"none":{},"key":{"type":"string"},"monkey":{"type":"string"},
              "login":{"type":"object","properties":{"user":{"type":"string"},"pin":{"format":"password"}}},
              "rows":{"type":"array","items":{"properties":{"n":{"type":"number"},"token":{"writeOnly":true}}}}}}
            """,
            $$"""
            {"city":"Ōsaka","count":12345678901234567890,"none":null,"key":"k","monkey":"m","login":{"user":"u","pin":"{{Secret}}"},
             "rows":[{"n":1.50,"token":"{{Secret}}"},{"n":2,"more":"{{Secret}}"}]}
            """);

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"city":"Ōsaka","count":12345678901234567890,"none":null,"key":"k","monkey":"m","login":{"user":"u","pin":"***"},"rows":[{"n":1.50,"token":"***"},{"n":2,"more":"***"}]}"""),
            details["arguments"]));
    }

    [Fact]
    public void AddTo_ConfiguredNamesAndPointers_AreMaskedAsAWholeAndNothingLikeThem()
    {
        const string schema =
            """{"properties":{"key":{},"Key":{},"keys":{},"a/b":{},"list":{"items":{"properties":{"id":{},"pin":{}}}},"deep":{"properties":{"key":{},"pin":{}}}}}""";
        var details = Keep(
            schema,
            """{"key":"1","Key":"2","keys":"3","a/b":"4","list":[{"id":"5","pin":"6"},{"id":"7","pin":"8"}],"deep":{"key":"9","pin":"10"}}""",
            new AuditArgumentOptions { RedactProperties = ["key"], RedactPointers = ["/a~1b", "/list/*/pin", "/deep"] });

        Assert.Equal(
            """{"key":"***","Key":"2","keys":"3","a/b":"***","list":[{"id":"5","pin":"***"},{"id":"7","pin":"***"}],"deep":"***"}""",
            details["arguments"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"a":"\ud800"}""", "unstorable")]
    [InlineData("""{"a":1e999}""", "unstorable")]
    [InlineData(null, null)]
    public void AddTo_ArgumentsThatNoStoreKeeps_SaysSo(string? arguments, string? reason)
    {
        var details = Keep("""{"properties":{"a":{}}}""", arguments);

        Assert.Null(details["arguments"]);
        Assert.Equal(reason, (string?)details["argumentsOmitted"]);
    }

    [Fact]
    public void AddTo_NoToolOrNoSchema_KeepsNothing()
    {
        Assert.Equal("no_schema", (string?)Keep(null, $$"""{"a":"{{Secret}}"}""")["argumentsOmitted"]);
        Assert.Equal("unknown_tool", (string?)Keep("{}", "{}", target: "other")["argumentsOmitted"]);
        Assert.Equal("too_large", (string?)Keep("{}", null, isTooLarge: true)["argumentsOmitted"]);
    }

    [Fact]
    public void AddTo_TextThatGrowsBeyondTheDetails_IsLeftOut()
    {
        var details = Keep("""{"properties":{"a":{}}}""", JsonSerializer.Serialize(new { a = new string('é', 12_000) }));

        Assert.Equal("too_large", (string?)details["argumentsOmitted"]);
        Assert.True(details.ToJsonString().Length < 1_000);
    }

    [Fact]
    public void AddTo_SchemaThatMultiplies_EndsSoonAndMasks()
    {
        var branches = string.Join(',', Enumerable.Repeat("""{"$ref":"#/properties/a"}""", 10));

        Assert.Equal("***", (string?)Keep($$$"""{"properties":{"a":{"anyOf":[{{{branches}}}] } } }""", $$"""{"a":"{{Secret}}"}""")["arguments"]!["a"]);
    }

    [Fact]
    public void AddTo_ManyMembersOfManySchemas_MasksWhatIsBeyondItsPatience()
    {
        var branches = string.Join(',', Enumerable.Repeat("""{"additionalProperties":{"type":"integer"}}""", 100));
        var members = string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"\"m{i}\":{i}"));

        var kept = Keep($$"""{"anyOf":[{{branches}}]}""", $"{{{members}}}")["arguments"]!.AsObject();

        Assert.Equal((1_000, "0", "\"***\""), (kept.Count, kept["m0"]!.ToJsonString(), kept["m999"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("tools/lst", "QuietMethods:0 'tools/lst'")]
    [InlineData("", "QuietMethods:0 ''")]
    [InlineData("Ping", "QuietMethods:0 'Ping'")]
    public void Validate_UnknownQuietMethod_IsNamed(string method, string expected)
    {
        var result = new AuditOptionsValidator().Validate(null, new AuditOptions { QuietMethods = [method] });

        Assert.Contains(expected, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_ArgumentFaults_AreAllNamed()
    {
        var options = new AuditOptions { QuietMethods = ["ping", "tools/list"] };
        Assert.True(new AuditOptionsValidator().Validate(null, options).Succeeded);

        options.Arguments.MaxBytes = 0;
        options.Arguments.RedactProperties = [""];
        options.Arguments.RedactPointers = ["/good", "bad", "/", "/a~2"];

        Assert.Equal(5, new AuditOptionsValidator().Validate(null, options).Failures!.Count());
    }

    private static JsonObject Keep(string? schema, string? arguments, AuditArgumentOptions? options = null, string target = "work", bool isTooLarge = false)
    {
        var details = new JsonObject();
        var record = new CallRecord
        {
            HttpMethod = "POST",
            Path = "/mcp",
            McpMethod = McpMethod.ToolsCall,
            TargetName = target,
            Server = Entry(schema is null ? """{"name":"work"}""" : $$"""{"name":"work","inputSchema":{{schema}}}"""),
            Params = isTooLarge ? null : Encoding.UTF8.GetBytes(arguments is null ? """{"name":"work"}""" : $$"""{"name":"work","arguments":{{arguments}}}"""),
            ParamsAreTooLarge = isTooLarge,
        };
        new CallArguments(options ?? new AuditArgumentOptions()).AddTo(details, record);
        Assert.DoesNotContain(Secret, details.ToJsonString(), StringComparison.Ordinal);
        return details;
    }

    private static ServerEntry Entry(string tool) => new(
        new RegisteredServer
        {
            Id = Guid.CreateVersion7(), Name = "alpha", Alias = "alpha", Endpoints = [], CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch,
        },
        new DiscoveryReport
        {
            Health = ServerHealth.Healthy,
            CompletedAt = DateTimeOffset.UnixEpoch,
            HasItems = true,
            Items = [new CatalogueItem { Kind = CatalogueItemKind.Tool, Key = "work", Ordinal = 0, Json = Encoding.UTF8.GetBytes(tool) }],
        },
        new ServerCondition(ServerHealth.Healthy, null, DateTimeOffset.UnixEpoch),
        null!);
}
