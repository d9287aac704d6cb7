using System.Buffers;
using System.Text;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.AccessControl;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Routing;
using McpRegistry.Routing.Conditions;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

/// <summary>One reading of the arguments finds what each pointer leads to by itself.</summary>
public sealed class ArgumentReadingTests
{
    private const string Targets = """{"servers":[{"server":"a"}]}""";

    private static readonly TenantId Own = new(new Guid("00000000-0000-0000-0000-0000000000a1"));
    private static readonly string[] Names = ["a", "b", "0", "1", "10", "", "a/b", "ü~", "\\u0061", "\\ud83d\\ude00", "\\ud83d", "\\udc00a"];
    private static readonly string[] Pointers =
        ["", "/a", "/b", "/0", "/1", "/10", "/", "/a~1b", "/ü~0", "/😀", "/a/a", "/a/b/0", "/a/1", "/b/10", "/0/0/0", "/1/a/", "/a/😀/b", "/b/ü~0/1", "/00", "/-1", "/b/a/b/a/b"];

    private static readonly string[] Scalars = ["1", "2.5e0", "-0", "true", "false", "null", "\"x\"", "\"\\u0078\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "{}", "[]", "1e999"];

    private readonly RegistrySnapshots _snapshots = new();
    private readonly RouteEngine _engine;
    private readonly ServerEntry _owner;

    public ArgumentReadingTests()
    {
        _engine = new RouteEngine(new AccessFixture(_snapshots, new ManualTimeProvider()).Gate);
        _owner = SnapshotSample.Entry("a", [SnapshotSample.Item(CatalogueItemKind.Tool, "search")]);
        _snapshots.Set(_owner);
    }

    [Theory]
    [InlineData("""{"arguments":{"a":1,"a":2}}""", "/a", "1")]
    [InlineData("""{"arguments":{"a":{"x":1},"a":{"b":2}}}""", "/a/b", null)]
    [InlineData("""{"arguments":{"a":5,"a":{"b":2}}}""", "/a/b", null)]
    [InlineData("""{"arguments":{"a":1},"arguments":{"a":2}}""", "/a", "1")]
    [InlineData("""{"arguments":[1],"arguments":{"a":2}}""", "/a", null)]
    [InlineData("""{"_meta":{"arguments":{"a":3}},"arguments":{"a":1}}""", "/a", "1")]
    [InlineData("""{"arguments":{"z":{"a":3},"a":1}}""", "/a", "1")]
    [InlineData("""{"arguments":7}""", "", "7")]
    [InlineData("""{"arguments":[[0,[1,2,{"a":"y"}]],4]}""", "/0/1/2/a", "\"y\"")]
    [InlineData("""{"arguments":{"0":"member"}}""", "/0", "\"member\"")]
    [InlineData("""{"arguments":{"01":"member"}}""", "/01", "\"member\"")]
    [InlineData("""{"arguments":["item"]}""", "/00", null)]
    [InlineData("""{"arguments":["item"]}""", "/0", "\"item\"")]
    [InlineData("""{"arguments":{"\u0061":1}}""", "/a", "1")]
    [InlineData("""{"arguments":{"a\ud800":1,"a":2}}""", "/a", "2")]
    [InlineData("""{"arguments":{"a":"\udc00"}}""", "/a", null)]
    [InlineData("""{"arguments":{"":{"":null}}}""", "//", "null")]
    [InlineData("""["arguments"]""", "", null)]
    [InlineData("""{}""", "", null)]
    public void Holds_Pointer_LeadsToTheFirstOfItsName(string parameters, string pointer, string? value)
    {
        using var reading = Read([pointer, "/a", "/z/a/b", "/0/1", "/01/x"], parameters);

        Assert.Equal(value is not null, Is(reading, pointer, value ?? "1"));
    }

    [Fact]
    public void Holds_RandomArguments_IsWhatFollowingEachPointerByItselfGives()
    {
        var random = new Random(20261122);
        var found = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var parameters = $$$"""{"name":"x","arguments":{{{Json(random, 0)}}},"_meta":{}}""";
            var pointers = Pointers.Where(_ => random.Next(3) > 0).Append("/a").ToArray();
            using var document = JsonDocument.Parse(parameters);
            using var reading = Read(pointers, parameters);
            foreach (var pointer in pointers)
            {
                var value = Follow(document.RootElement, pointer);
                foreach (var scalar in Scalars)
                {
                    Assert.True(AreEqual(value, scalar) == Is(reading, pointer, scalar), $"{pointer} in {parameters} is {value?.GetRawText()}, asked for {scalar}");
                }

                found += value is null ? 0 : 1;
            }
        }

        Assert.True(found > 20_000, $"{found} values were found.");
    }

    /// <summary>The rules of the tenant and the global ones look at many values, and each asks for itself.</summary>
    [Fact]
    public void Choose_ManyArgumentConditions_TheArgumentsAreReadOnce()
    {
        var rules = Enumerable.Range(0, 20).Select(number => RoutingFixture.Rule(
            "{\"any\":[" + string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"field":"argument","pointer":"/{{number}}/{{i}}","operator":"equals","value":1}""")) + "]}",
            Targets, tenant: number % 2 == 0 ? Own : TenantId.Global));
        using var parameters = new CountedMemory("""{"arguments":{"q":1,"3":{"99":2}}}"""u8.ToArray());

        Assert.Null(Choose(Table([.. rules]), parameters.Memory).Rule);
        Assert.Equal(1, parameters.Looks);
    }

    [Fact]
    public void Choose_CheaperConditionDoesNotHold_TheArgumentsAreNotRead()
    {
        using var parameters = new CountedMemory("""{"arguments":{"q":1}}"""u8.ToArray());

        Assert.Null(Choose(Table(RoutingFixture.Rule(
            """{"all":[{"field":"argument","pointer":"/q","operator":"equals","value":1},{"field":"size","operator":"gt","value":9}]}""", Targets)), parameters.Memory).Rule);
        Assert.Equal(0, parameters.Looks);
    }

    [Fact]
    public void Choose_GlobalRuleChangesItsPointer_TenantsWithArgumentRulesMeetIt()
    {
        var own = RoutingFixture.Rule("""{"field":"argument","pointer":"/own","operator":"equals","value":1}""", Targets, tenant: Own);
        var global = RoutingFixture.Rule("""{"field":"argument","pointer":"/old","operator":"equals","value":1}""", Targets);
        var changed = global with { Conditions = """{"field":"argument","pointer":"/new","operator":"equals","value":1}""" };
        var table = Table(own, global).With([], [RoutingFixture.Compile(changed)]);

        Assert.Equal(global.Id, Choose(table, """{"arguments":{"new":1}}"""u8.ToArray()).Rule?.Rule.Id);
        Assert.Equal(own.Id, Choose(table.With([global.Id], []), """{"arguments":{"own":1,"new":1}}"""u8.ToArray()).Rule?.Rule.Id);
    }

    /// <summary>What one call needed much room for is not kept, and the next finds nothing of it.</summary>
    [Fact]
    public void Of_AfterALargeCall_BeginsAnew()
    {
        var many = Enumerable.Range(0, 3_000).Select(static i => $"/{i}").ToArray();
        using (var large = Read(many, $$"""{"arguments":[{{string.Join(',', Enumerable.Range(0, 3_000).Select(static i => $"\"{i}\""))}}]}"""))
        {
            Assert.All(many, pointer => Assert.True(Is(large, pointer, $"\"{pointer[1..]}\"")));
        }

        using var next = Read(["/1"], """{"arguments":{}}""");
        Assert.False(Is(next, "/1", "\"1\""));
    }

    [Fact]
    public void Choose_ManyArgumentConditions_TakesNoMemory()
    {
        var rules = Enumerable.Range(0, 200).Select(static i => RoutingFixture.Rule(
            $$"""{"field":"argument","pointer":"/filter/{{i % 50}}","operator":"equals","value":"no{{i}}"}""", Targets)).ToArray();
        var table = Table(rules);
        byte[] parameters = [.. """{"arguments":{"q":1,"filter":{"1":"\u0061","40":"long """u8, .. Encoding.UTF8.GetBytes(new string('x', 5_000)), .. "\",\"3\":7}}}"u8];
        var view = _snapshots.Current.For(Own);
        var facts = Facts(parameters);

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                Assert.Null(_engine.Choose(table, view, facts, _owner).Rule);
            }
        }));
    }

    private static RoutingTable Table(params RoutingRule[] rules) => RoutingTable.Empty.With([], [.. rules.Select(RoutingFixture.Compile)]);

    private static ArgumentReading Read(IEnumerable<string> pointers, string parameters) =>
        ArgumentReading.Of(new ArgumentTree(pointers.Select(static pointer => ArgumentPointer.Parse(pointer)!)), Encoding.UTF8.GetBytes(parameters));

    private static bool Is(ArgumentReading reading, string pointer, string value)
    {
        var text = value.Trim('"');
        return reading.Holds(ArgumentPointer.Parse(pointer)!, value[0] switch
        {
            '"' => new ArgumentTest { Text = TextTest.OneOf([text.Length > 1 && text[0] == '\\' ? JsonSerializer.Deserialize<string>(value.Replace("\\ud800", "?", StringComparison.Ordinal))! : text]) },
            't' => new ArgumentTest { Words = [JsonValueKind.True] },
            'f' => new ArgumentTest { Words = [JsonValueKind.False] },
            'n' => new ArgumentTest { Words = [JsonValueKind.Null] },
            '{' or '[' => new ArgumentTest(),
            _ => new ArgumentTest { Numbers = [double.Parse(value, System.Globalization.CultureInfo.InvariantCulture)] },
        });
    }

    private static bool AreEqual(JsonElement? value, string scalar)
    {
        using var other = JsonDocument.Parse(scalar);
        return value is { } element && element.ValueKind == other.RootElement.ValueKind && element.ValueKind switch
        {
            JsonValueKind.Object or JsonValueKind.Array => false,
            JsonValueKind.Number => element.GetDouble() == other.RootElement.GetDouble(),
            JsonValueKind.String => TextOf(element) is { } text && text == TextOf(other.RootElement),
            _ => true,
        };
    }

    private static JsonElement? Follow(JsonElement parameters, string pointer)
    {
        var value = parameters.GetProperty("arguments");
        foreach (var step in pointer.Split('/').Skip(1).Select(static step => step.Replace("~1", "/").Replace("~0", "~")))
        {
            if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Where(member => NameOf(member) == step).Select(static member => (JsonElement?)member.Value).FirstOrDefault() is { } first)
            {
                value = first;
            }
            else if (value.ValueKind == JsonValueKind.Array && uint.TryParse(step, out var index) && index.ToString(System.Globalization.CultureInfo.InvariantCulture) == step && index < value.GetArrayLength())
            {
                value = value[(int)index];
            }
            else
            {
                return null;
            }
        }

        return value;
    }

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Json(Random random, int depth) => (depth > 3 ? 9 : random.Next(10)) switch
    {
        < 4 => $"{{{string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ => $"\"{Names[random.Next(Names.Length)]}\": {Json(random, depth + 1)}"))}}}",
        < 6 => $"[{string.Join(", ", Enumerable.Range(0, random.Next(13)).Select(_ => Json(random, depth + 2)))}]",
        _ => Scalars[random.Next(Scalars.Length)],
    };

    private RouteChoice Choose(RoutingTable table, ReadOnlyMemory<byte> parameters) => _engine.Choose(table, _snapshots.Current.For(Own), Facts(parameters), _owner);

    private RouteFacts Facts(ReadOnlyMemory<byte> parameters) => new()
    {
        Caller = new Caller("p", Own, ApiKeyScope.Proxy),
        Method = McpMethod.ToolsCall,
        Item = "search",
        ItemField = RouteField.Tool,
        Server = _owner.Server,
        Headers = [],
        Params = parameters,
    };

    /// <summary>Counts how often its bytes are taken.</summary>
    private sealed class CountedMemory(byte[] bytes) : MemoryManager<byte>
    {
        public int Looks { get; private set; }

        public override Memory<byte> Memory => CreateMemory(bytes.Length);

        public override Span<byte> GetSpan()
        {
            Looks++;
            return bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
