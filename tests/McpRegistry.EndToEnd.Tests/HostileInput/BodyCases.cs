using System.Text;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.HostileInput;

/// <summary>Bodies that neither era takes (protocol.md 2.1, steps 1 to 3).</summary>
internal static class BodyCases
{
    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;

    public static IEnumerable<HostileCase> Of(Era era)
    {
        HostileCase Refused(string name, string text, string id = "null", int code = InvalidRequest, string? reason = null) =>
            new(name, era, 400, code) { Text = text, Id = id, Reason = reason };

        yield return Refused("not JSON", "hello", code: ParseError, reason: "malformed_json");
        yield return Refused("empty body", "", code: ParseError);
        yield return Refused("only white space", " \n", code: ParseError);
        yield return Refused("cut off", HostileCase.GoodCall[..^1], "7", ParseError);
        yield return Refused("trailing text", HostileCase.GoodCall + "x", "7", ParseError);
        yield return Refused("comment", HostileCase.GoodCall.Replace("\"params\"", "/* x */\"params\"", StringComparison.Ordinal), "7", ParseError);
        yield return Refused("invalid UTF-8", "", code: ParseError) with { Bytes = [.. "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""u8, 0xC3, 0x28, .. "\"}}"u8] };
        yield return Refused("overlong UTF-8", "", code: ParseError) with { Bytes = [.. "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\""u8, 0xC0, 0xAF, .. "\"}"u8] };
        yield return Refused("half a surrogate in a name", Params("\"\\ud800\":1"), "7", ParseError);
        yield return Refused("number", "12");
        yield return Refused("string", "\"tools/call\"");
        yield return Refused("null", "null");
        yield return Refused("empty object", "{}");

        foreach (var (place, text) in Duplicates())
        {
            yield return Refused($"duplicate {place}", text, "7", reason: "duplicate_member");
        }

        yield return Refused("depth 1,000", Params($"\"x\":{new string('[', 1000)}{new string(']', 1000)}"), "7", reason: "too_deep");
        yield return Refused("depth 1,000 of objects", Params($"\"x\":{string.Concat(Enumerable.Repeat("{\"a\":", 1000))}1{new string('}', 1000)}"), "7", reason: "too_deep");
        yield return Refused("members without end", Params(string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"m{i}\":1"))), "7", reason: "too_many_members");
        yield return new("5 MB", era, 413, InvalidRequest) { Text = Params($"\"x\":\"{new string('x', 5 * 1024 * 1024)}\""), Id = "null", Reason = "too_large" };

        foreach (var id in new[] { "null", "1.5", "1e3", "{}", "[]", "true", "9223372036854775808" })
        {
            yield return Refused($"id {id}", HostileCase.GoodCall.Replace("\"id\":7", $"\"id\":{id}", StringComparison.Ordinal), reason: "wrong_id");
        }

        yield return Refused("wrong jsonrpc", HostileCase.GoodCall.Replace("\"2.0\"", "\"1.0\"", StringComparison.Ordinal), "7");
        yield return Refused("no jsonrpc", HostileCase.GoodCall.Replace("\"jsonrpc\":\"2.0\",", "", StringComparison.Ordinal), "7");
        yield return Refused("method is a number", HostileCase.GoodCall.Replace("\"tools/call\"", "5", StringComparison.Ordinal), "7");
        yield return Refused("method and result", HostileCase.GoodCall.Replace("\"id\":7", "\"id\":7,\"result\":{}", StringComparison.Ordinal), "7");
        yield return Refused("params are an array", """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":[1]}""", "7");
        yield return Refused("_meta is a string", HostileCase.GoodCall.Replace("{META}", "\"x\"", StringComparison.Ordinal), "7");
        yield return Refused("batch", $"[{HostileCase.GoodCall}]", reason: "batch");
        yield return Refused("batch of two", $"[{HostileCase.GoodCall},{HostileCase.GoodCall}]", reason: "batch");
        yield return Refused("empty batch", "[]", reason: "empty_batch");
    }

    private static IEnumerable<(string Place, string Text)> Duplicates()
    {
        yield return ("method", HostileCase.GoodCall.Replace("\"params\"", "\"method\":\"tools/list\",\"params\"", StringComparison.Ordinal));
        yield return ("id", HostileCase.GoodCall.Replace("\"params\"", "\"id\":8,\"params\"", StringComparison.Ordinal));
        yield return ("method in escapes", HostileCase.GoodCall.Replace("\"params\"", "\"m\\u0065thod\":\"tools/list\",\"params\"", StringComparison.Ordinal));
        yield return ("params", HostileCase.GoodCall.Replace("\"params\"", "\"params\":{},\"params\"", StringComparison.Ordinal));
        yield return ("name in params", Params("\"name\":\"other\""));
        yield return ("name in escapes", Params("\"n\\u0061me\":\"other\""));
        yield return ("_meta", Params("\"_meta\":{}"));
        yield return ("member of _meta", HostileCase.GoodCall.Replace("{META}", "{\"b\":0,\"a\":1,\"a\":2}", StringComparison.Ordinal));
        yield return ("deep in arguments", Arguments("""{"a":[{"b":{"c":1,"d":2,"c":3}}]}"""));
        yield return ("deep in escapes", Arguments("""{"a":[{"\u00e9":1,"é":3}]}"""));
    }

    private static string Arguments(string json) => HostileCase.GoodCall.Replace("{},", json + ",", StringComparison.Ordinal);

    /// <summary>A good call with further members at the end of its params.</summary>
    private static string Params(string more) => HostileCase.GoodCall.Replace("{META}}", $"{{META}},{more}}}", StringComparison.Ordinal);

    /// <summary>Cases that HTTP decides alone.</summary>
    public static IEnumerable<HostileCase> OfHttp(Era era)
    {
        HostileCase With(string name, int status, int? code, string id, params (string Header, string[]? Values)[] headers) =>
            new(name, era, status, code) { Id = id, Headers = headers.ToDictionary(header => header.Header, header => header.Values, StringComparer.OrdinalIgnoreCase) };

        yield return With("text/plain", 415, InvalidRequest, "null", ("Content-Type", ["text/plain"]));
        yield return With("no content type", 415, InvalidRequest, "null", ("Content-Type", null));
        yield return With("broken content type", 415, InvalidRequest, "null", ("Content-Type", ["json"]));
        yield return With("accepts HTML only", 406, InvalidRequest, "null", ("Accept", ["text/html"]));
        yield return With("accepts streams only", 406, InvalidRequest, "null", ("Accept", ["text/event-stream"]));
        yield return With("no key", 401, null, "", ("Authorization", null));
        yield return With("wrong key", 401, null, "", ("Authorization", ["Bearer wrong-key-wrong-key-wrong-key-wrong"]));
        yield return With("basic credentials", 401, null, "", ("Authorization", ["Basic YTpi"]));
        yield return With("foreign host", 403, null, "", ("Host", ["evil.example"]));
        yield return With("foreign origin", 403, null, "", ("Origin", ["https://evil.example"]));
        yield return With("opaque origin", 403, null, "", ("Origin", ["null"]));
        if (era == Era.Modern)
        {
            // The session revisions listen by GET.
            yield return With("GET", 405, null, "") with { Verb = "GET" };
        }

        yield return With("PUT", 405, null, "") with { Verb = "PUT" };
        yield return With("PATCH", 405, null, "") with { Verb = "PATCH" };
    }

    /// <summary>A large body in words of its own, for the log of a failing test.</summary>
    public static string Shown(byte[] body) => Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 300)));
}
