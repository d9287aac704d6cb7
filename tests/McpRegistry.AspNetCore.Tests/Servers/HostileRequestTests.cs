using System.Net;
using System.Net.Http.Headers;
using System.Text;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Servers;

namespace McpRegistry.AspNetCore.Tests.Servers;

public sealed class HostileRequestTests : IAsyncLifetime
{
    private const string Path = ServerEndpoints.Path;
    private AccessHost _host = null!;
    private Guid _id;

    public static TheoryData<string> Bodies => new(
    [
        "",
        " ",
        "not json",
        "{",
        "{\"name\":",
        "{\"name\":\"x\"}}",
        "null",
        "true",
        "42",
        "[]",
        "[[[]]]",
        "\"text\"",
        "{}",
        "{'name':'x'}",
        "{\"name\":\"x\",}",
        "// comment\n{}",
        "{\"name\":{\"name\":{}}}",
        "{\"name\":[\"x\"],\"url\":1,\"endpoints\":{},\"tags\":[1,null,{}],\"enabled\":0,\"isolation\":1}",
        "{\"name\":\"x\",\"name\":\"y\",\"url\":\"https://example.com\"}",
        "{\"name\":\"x\",\"\\u006eame\":\"y\",\"url\":\"https://example.com\"}",
        "{\"name\":\"\\ud800\",\"url\":\"https://example.com\"}",
        "{\"\\ud800\":1,\"name\":\"x\",\"url\":\"https://example.com\"}",
        "{\"name\":\"a\\u0000b\",\"url\":\"https://example.com\"}",
        "{\"name\":\"x\",\"url\":\"https://example.com\",\"id\":\"00000000-0000-0000-0000-000000000000\"}",
        "{\"name\":\"x\",\"url\":\"https://example.com\",\"origin\":\"code\"}",
        "{\"name\":\"x\",\"url\":\"https://example.com\",\"__proto__\":{}}",
        "{\"name\":\"x\",\"endpoints\":[{\"url\":\"https://example.com\",\"weight\":1e400}]}",
        "{\"name\":\"x\",\"endpoints\":[{\"url\":\"https://example.com\",\"weight\":99999999999999999999}]}",
        "{\"name\":\"x\",\"alias\":\"a'; DROP TABLE servers; --\",\"url\":\"https://example.com\"}",
        "{\"name\":\"x\",\"alias\":\"../../etc\",\"url\":\"https://example.com\"}",
        "{\"name\":\"x\\r\\nX-Injected: 1\",\"url\":\"https://example.com\"}",
        "{\"name\":\"x\",\"command\":\"$(id)\"}",
        "{\"name\":\"x\",\"command\":\"node; id\",\"arguments\":[\"`id`\"]}",
        "{\"name\":\"x\",\"url\":\"https://example.com\",\"endpoints\":[{\"url\":\"https://example.com\"}]}",
    ]);

    public async ValueTask InitializeAsync()
    {
        _host = await AccessHost.StartAsync();
        _host.UseKey(ApiKeyScope.Admin);
        _id = await _host.RegisterAsync("weather");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Write_HostileBody_Is400AndChangesNothing(string body)
    {
        await AssertRefusedAsync(() => new StringContent(body, Encoding.UTF8, "application/json"), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Write_DeepBody_IsMalformedWithPosition()
    {
        var body = string.Concat(Enumerable.Repeat("{\"a\":", 1_000)) + "1" + new string('}', 1_000);

        var answer = await _host.SendAsync(HttpMethod.Post, Path, body);

        answer.AssertProblem(HttpStatusCode.BadRequest, "malformed");
        Assert.Contains("line 1, byte", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_InvalidUtf8_IsMalformed() =>
        await AssertRefusedAsync(() => Json([.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8]), HttpStatusCode.BadRequest);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_OversizedBody_Is413(bool chunked)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"name":"{{new string('n', 1024 * 1024)}}"}""");

        await AssertRefusedAsync(() => chunked ? new ChunkedContent(body) : Json(body), HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Write_LongTextsBelowTheLimit_GetShortAnswer()
    {
        var longName = new string('n', 900_000);
        string[] bodies =
        [
            $$"""{"name":"{{longName}}","url":"https://example.com"}""",
            $$"""{"{{longName}}":1}""",
            $$"""{"tags":[{{string.Join(',', Enumerable.Repeat("1", 300_000))}}]}""",
            $$"""{"name":"x","endpoints":[{{string.Join(',', Enumerable.Repeat("{}", 300_000))}}]}""",
        ];
        foreach (var body in bodies)
        {
            var answer = await _host.SendAsync(HttpMethod.Post, Path, body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.True(answer.Body.Length < 40_000, $"{answer.Body.Length} characters");
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    public async Task Write_OtherMediaType_Is415(string? mediaType)
    {
        await AssertRefusedAsync(
            () =>
            {
                var content = new ByteArrayContent("{}"u8.ToArray());
                content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
                return content;
            },
            HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("%00")]
    [InlineData("..%2f..%2fetc")]
    [InlineData("'%20OR%201=1--")]
    [InlineData("{00000000-0000-0000-0000-000000000000}")]
    [InlineData("00000000000000000000000000000000")]
    public async Task AnyRoute_BadId_Is404(string id)
    {
        (HttpMethod Method, string Suffix, string? Body)[] routes =
        [
            (HttpMethod.Get, "", null), (HttpMethod.Delete, "", null), (HttpMethod.Put, "", "{}"), (HttpMethod.Post, "/refresh", null),
        ];
        foreach (var (method, suffix, body) in routes)
        {
            var answer = await _host.SendAsync(method, $"{Path}/{id}{suffix}", body);
            Assert.True(answer.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{method} {answer.Status}");
        }

        Assert.Single(_host.Registry.Servers);
    }

    private static ByteArrayContent Json(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private async Task AssertRefusedAsync(Func<HttpContent> body, HttpStatusCode expected)
    {
        var before = _host.Registry.Servers[_id];
        foreach (var (method, path) in new[] { (HttpMethod.Post, Path), (HttpMethod.Put, $"{Path}/{_id}") })
        {
            var answer = await _host.SendAsync(method, path, body());
            Assert.Equal(expected, answer.Status);
            Assert.StartsWith("application/problem+json", answer.ContentType, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", answer.Body, StringComparison.Ordinal);
        }

        Assert.Same(before, Assert.Single(_host.Registry.Servers).Value);
        Assert.Equal(HttpStatusCode.OK, (await _host.GetAsync(Path)).Status);
    }

    private sealed class ChunkedContent : HttpContent
    {
        private readonly byte[] _body;

        public ChunkedContent(byte[] body)
        {
            _body = body;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(_body).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
