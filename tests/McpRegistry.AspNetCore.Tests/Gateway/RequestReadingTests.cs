using System.Text;
using System.Text.Json;
using McpRegistry.AspNetCore.Gateway;
using McpRegistry.Protocol;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Tests.Gateway;

public sealed class RequestReadingTests
{
    [Theory]
    [InlineData("tools/call", "t", 0)]
    [InlineData(" tools/call\t", " t ", 0)]
    [InlineData("tools/call", "=?base64?dA==?=", 0)]
    [InlineData("tools/call", "=?base64?!?=", -32020)]
    [InlineData("tools/call", "T", -32020)]
    [InlineData("tools/call", null, -32020)]
    [InlineData("tools/CALL", "t", -32020)]
    [InlineData(null, "t", -32020)]
    public void Check_Headers_MustSayWhatTheBodySays(string? method, string? name, int code)
    {
        var headers = new HeaderDictionary { ["Mcp-Method"] = method, ["Mcp-Name"] = name };

        Assert.Equal(code, ModernHeaders.Check(headers, Call())?.Code ?? 0);
    }

    /// <summary>Parties on the way read such bytes in different ways; in Base64 they say the same to all.</summary>
    [Theory]
    [InlineData("naïve", "naïve", -32020)]
    [InlineData("a\u007f", "a\u007f", -32020)]
    [InlineData("a\tb", "a\tb", 0)]
    [InlineData("a\té", "a\té", -32020)]
    [InlineData("naïve", "=?base64?bmHDr3Zl?=", 0)]
    public void Check_NameWithOddCharacters_MustBeEncoded(string name, string header, int code)
    {
        var headers = new HeaderDictionary { ["Mcp-Method"] = "tools/call", ["Mcp-Name"] = header };

        Assert.Equal(code, ModernHeaders.Check(headers, Call(name))?.Code ?? 0);
    }

    [Theory]
    [InlineData("Mcp-Method", "tools/call")]
    [InlineData("Mcp-Name", "t")]
    public void Check_HeaderTwice_IsRefused(string header, string value)
    {
        var headers = new HeaderDictionary { ["Mcp-Method"] = "tools/call", ["Mcp-Name"] = "t" };
        headers[header] = new[] { value, value };

        Assert.Equal(-32020, ModernHeaders.Check(headers, Call())!.Code);
    }

    [Theory]
    [InlineData(null, true, false)]
    [InlineData("application/json, text/event-stream", true, true)]
    [InlineData("*/*", true, false)]
    [InlineData("text/event-stream", false, true)]
    [InlineData("APPLICATION/JSON", true, false)]
    [InlineData("text/html", false, false)]
    public void TryRead_Accept_TellsWhatTheClientTakes(string? accept, bool takesJson, bool takesStream)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Accept = accept;

        Assert.Equal(takesJson || takesStream, Accepts.TryRead(context.Request, out var json, out var stream));
        Assert.Equal((takesJson, takesStream), (json, stream));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(10_000)]
    public async Task ReadAsync_BodyUpToTheLimit_IsWhole(int length)
    {
        var bytes = Enumerable.Range(0, length).Select(static i => (byte)i).ToArray();
        foreach (var declared in new long?[] { null, length })
        {
            var context = new DefaultHttpContext();
            context.Request.Body = new MemoryStream(bytes);
            context.Request.ContentLength = declared;

            using var body = (await RequestBody.ReadAsync(context.Request, 10_000, CancellationToken.None))!.Value;

            Assert.Equal(bytes, body.Bytes.ToArray());
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(10_001L)]
    public async Task ReadAsync_BodyOverTheLimit_IsRefused(long? declared)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(new byte[10_001]);
        context.Request.ContentLength = declared;

        Assert.Null(await RequestBody.ReadAsync(context.Request, 10_000, CancellationToken.None));
    }

    private static ClientMessage Call(string name = "t")
    {
        var json = $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":{{{JsonSerializer.Serialize(name)}}}}}""";
        EnvelopeReader.Read(Encoding.UTF8.GetBytes(json), EnvelopeLimits.Default, out var message);
        return message;
    }
}
