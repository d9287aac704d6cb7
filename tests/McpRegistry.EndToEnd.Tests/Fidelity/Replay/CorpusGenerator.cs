using System.Globalization;
using System.Text;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>Makes requests and answers full of values that a relay which parses them would change. The seed is fixed, so a failure comes again.</summary>
internal sealed class CorpusGenerator
{
    private const int Seed = 20260728;
    private const int Count = 120;
    private const int Deepest = 60;

    private static readonly string[] Revisions = ["2024-11-05", "2025-03-26", "2025-06-18", RawClient.LegacyVersion, RawClient.ModernVersion];

    private static readonly string[] Scalars =
    [
        "0", "-0", "1.0", "0.10", "1e400", "-1E-400", "123456789012345678901234567890", "9007199254740993", "18446744073709551616", "1E+2",
        "true", "false", "null", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83c\\udf88\"", "\"🎈\"", "\"\\/\\b\\f\"", "\"\u2028\u2029\"", "\"\u0085\u007f\"", "\"e\u0301\"",
    ];

    private static readonly string[] Names =
    [
        "type", "text", "uri", "name", "_meta", "result", "error", "id", "jsonrpc", "method", "params", "cursor", "x-vendor", "", "\\u00e9", "a.b/c", "$ref", "__proto__", "content", "data",
    ];

    private readonly Random _random = new(Seed);

    public static IEnumerable<CorpusCase> Cases()
    {
        var generator = new CorpusGenerator();
        return Enumerable.Range(0, Count).Select(number => new CorpusCase(JsonElement.Parse(generator.Line(number)), "generated"));
    }

    private string Line(int number)
    {
        var method = (number % 4) switch { 0 => "prompts/get", 1 => "resources/read", _ => "tools/call" };
        var own = method switch { "prompts/get" => "\"name\":\"write\"", "resources/read" => "\"uri\":\"test://one\"", _ => "\"name\":\"work\"" };
        var members = method == "tools/call" ? $"\"arguments\":{Value(0)}" : $"\"vendor\":{Value(0)}";
        var parameters = Shuffled(own, members, "\"_meta\":{\"example.com/generated\":" + Value(0) + "}", $"\"x-{number}\":{Value(1)}");
        var (list, block) = method switch { "prompts/get" => ("messages", $"{{\"role\":\"user\",\"content\":{Block()}}}"), "resources/read" => ("contents", $"{{\"uri\":\"test://one\",\"text\":{Scalar()}}}"), _ => ("content", Block()) };
        var more = number % 10 == 9 ? $"\"deep\":{Deep()}" : $"\"x-more\":{Value(0)}";
        var result = Shuffled($"\"{list}\":[{block},{block}]", more, $"\"_meta\":{{\"example.com/answer\":{Value(0)}}}", $"\"structuredContent\":{{\"v\":{Value(0)}}}");
        return $$$"""{"name":"{{{number}}}","revisions":["{{{Revisions[number % Revisions.Length]}}}"],"method":"{{{method}}}","params":{{{{parameters}}}},"result":{{{{result}}}}}""";
    }

    private string Block() => $"{{{Shuffled("\"type\":\"text\"", $"\"text\":{Scalar()}", $"\"annotations\":{{\"priority\":{Scalar()},\"x\":{Value(2)}}}", $"\"_meta\":{{\"a/b\":{Value(2)}}}")}}}";

    private string Value(int depth) => (depth > 4 ? 0 : _random.Next(4)) switch
    {
        1 => $"[{string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Value(depth + 1)))}]",
        2 or 3 => $"{{{string.Join(',', _random.GetItems(Names, _random.Next(5)).Distinct(StringComparer.Ordinal).Select(name => $"\"{name}\":{Value(depth + 1)}"))}}}",
        _ => Scalar(),
    };

    private string Scalar() => _random.Next(3) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{_random.Next(-1000, 1000)}.{_random.Next(1000):000}e{_random.Next(-30, 30)}"),
        1 => Text(),
        _ => Scalars[_random.Next(Scalars.Length)],
    };

    /// <summary>A string of any UTF-16 units, each spelt as an escape.</summary>
    private string Text()
    {
        var text = new StringBuilder("\"");
        for (var i = _random.Next(12); i > 0; i--)
        {
            text.Append(CultureInfo.InvariantCulture, $"\\u{_random.Next(0x10000):x4}");
        }

        return text.Append('"').ToString();
    }

    /// <summary>As deep as parsers go that keep their default limit of 64, with the message around it.</summary>
    private static string Deep() => string.Concat(Enumerable.Repeat("[{\"d\":", Deepest / 2)) + "1.0" + string.Concat(Enumerable.Repeat("}]", Deepest / 2));

    private string Shuffled(params string[] members)
    {
        _random.Shuffle(members);
        return string.Join(',', members);
    }
}
