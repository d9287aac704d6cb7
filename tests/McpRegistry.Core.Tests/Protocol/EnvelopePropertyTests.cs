using System.Globalization;
using System.Text;
using System.Text.Json;
using McpRegistry.Protocol;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

/// <summary>What holds for any message: unique names pass, one repeat anywhere does not, and slices cut out exactly the value.</summary>
public sealed class EnvelopePropertyTests
{
    private static readonly string[] Alphabet = ["a", "name", "uri", "é", "😀", "\\\"", "\\\\", "\\u0041", "\\/", " ", "_meta", "{", "0"];

    [Fact]
    public void Read_RandomMessage_SlicesEqualWhatAnotherParserFinds()
    {
        var random = new Random(20260728);
        for (var round = 0; round < 500; round++)
        {
            var json = Render(random, Text(random), repeat: false);

            var message = Message.Of(json);

            using var document = JsonDocument.Parse(json);
            var parameters = document.RootElement.GetProperty("params");
            Assert.Equal(parameters.GetRawText(), Message.Text(message.Raw(message.Params)));
            Assert.Equal(parameters.GetProperty("name").GetRawText(), Message.Text(message.Raw(message.Name)));
            Assert.Equal(parameters.GetProperty("name").GetString(), message.Text(message.Name));
            Assert.Equal(parameters.GetProperty("_meta").GetRawText(), Message.Text(message.Raw(message.Meta)));
        }
    }

    [Fact]
    public void Read_RandomMessageWithOneRepeat_IsRefused()
    {
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            Assert.Equal(EnvelopeFault.DuplicateMember, Message.Fault(Render(random, Text(random), repeat: true)));
        }
    }

    [Fact]
    public void Read_CutAnywhere_IsMalformedAndNeverThrows()
    {
        var whole = Message.Utf8(Render(new Random(7), "cut \\ud83d\\ude00 here", repeat: false));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Equal(EnvelopeFault.Malformed, EnvelopeReader.Read(whole.AsMemory(0, length), EnvelopeLimits.Default, out _));
        }
    }

    [Fact]
    public void Read_AnyByteReplaced_NeverThrows()
    {
        var whole = Message.Utf8(Render(new Random(8), "é😀\\u00e9", repeat: false));
        var random = new Random(9);
        for (var round = 0; round < 20_000; round++)
        {
            var body = whole.ToArray();
            body[random.Next(body.Length)] = (byte)random.Next(256);

            var fault = EnvelopeReader.Read(body, EnvelopeLimits.Default, out var message);
            if (fault == EnvelopeFault.None)
            {
                // What passes is also text for whoever reads a field of it.
                _ = message.Text(message.Name) ?? message.Text(message.MethodName);
            }
        }
    }

    /// <summary>Objects of the most members, one after another to 4 MB: the search for repeats is bounded by the member limit.</summary>
    [Fact]
    public void Read_ManyFullObjects_KeepsOneFrameOfNames()
    {
        var limits = EnvelopeLimits.Default;
        var one = "{" + string.Join(',', Enumerable.Range(0, limits.MaxMembers).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"{i:x4}\":0"))) + "}";
        var body = Message.Utf8("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":["
            + string.Join(',', Enumerable.Repeat(one, (4 * 1024 * 1024) / one.Length)) + "]}}");

        var allocated = Allocations.Of(() => Assert.Equal(EnvelopeFault.None, EnvelopeReader.Read(body, limits, out _)));

        // Were the names of finished objects kept, hundreds of thousands of them would be searched and stored.
        Assert.InRange(allocated, 0, 16 * 1024);
    }

    [Fact]
    public void Read_OneHugeObject_StopsAtTheMemberLimit()
    {
        var start = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{"
            + string.Join(',', Enumerable.Range(0, EnvelopeLimits.Default.MaxMembers + 1).Select(i => $"\"{i:x5}\":0"));

        // Broken right after the limit: were more read than that, the message would be malformed.
        Assert.Equal(EnvelopeFault.TooManyMembers, Message.Fault(start + ",!" + new string('x', 4 * 1024 * 1024)));
    }

    private static string Render(Random random, string name, bool repeat)
    {
        var extra = Object(random, 4, repeat);
        return $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"x":{{{extra}}},"name":"{{{name}}}","y":[{{{Object(random, 3, false)}}}],"_meta":{{{Object(random, 2, false)}}}}}""";
    }

    private static string Object(Random random, int depth, bool repeat)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var members = new List<string>();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var name = Text(random);
            if (names.Add(JsonSerializer.Deserialize<string>($"\"{name}\"")!))
            {
                members.Add($"\"{name}\":{Value(random, depth)}");
            }
        }

        if (repeat)
        {
            // The same name in another spelling: every character as an escape.
            var spelled = string.Concat(names.First().Select(c => $"\\u{(int)c:x4}"));
            members.Insert(random.Next(members.Count + 1), $"\"{spelled}\":null");
        }

        return "{" + string.Join(random.Next(2) == 0 ? "," : " ,\n", members) + "}";
    }

    private static string Value(Random random, int depth) => random.Next(depth > 0 ? 6 : 4) switch
    {
        0 => "null",
        1 => "12345678901234567890.5e-3",
        2 => $"\"{Text(random)}\"",
        3 => "true",
        4 => Object(random, depth - 1, false),
        _ => "[" + Value(random, depth - 1) + "," + Object(random, depth - 1, false) + "]",
    };

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(0, 6); i > 0; i--)
        {
            text.Append(Alphabet[random.Next(Alphabet.Length)]);
        }

        return text.ToString();
    }
}
