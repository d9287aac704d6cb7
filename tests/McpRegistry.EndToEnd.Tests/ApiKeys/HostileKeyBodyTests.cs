using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace McpRegistry.EndToEnd.Tests.ApiKeys;

/// <summary>Whatever is sent to the routes of keys: no failure of the host, and nothing changes.</summary>
public sealed class HostileKeyBodyTests : KeyTest
{
    private static readonly string[] Bodies =
    [
        "", "null", "[]", "1", "\"text\"", "{", "{}}", "{\"name\":1}", "{\"a\":1,\"a\":2}", "\u0000", "{\"scopes\":{}}",
        "{\"name\":\"\\ud800\",\"scopes\":[\"read\"]}",
        "{\"name\":\"x\",\"scopes\":[\"read\"],\"scopes\":[\"admin\"]}",
        "{\"name\":\"x\",\"scopes\":[[],{},1,null,\"admin\\u0000\"]}",
        "{\"name\":\"a\\u0000b\",\"scopes\":[\"read\"]}",
        "{\"name\":\"x\\r\\nSet-Cookie: a=b\",\"scopes\":[\"read\"]}",
        "{\"name\":\"x\",\"scopes\":[\"read\"],\"expiresAt\":\"9999-99-99\"}",
        "{\"name\":\"x\",\"scopes\":[\"read\"],\"expiresAt\":\"0001-01-01T00:00:00+14:00\"}",
        "{\"name\":\"x\",\"scopes\":[\"read\"],\"limitPerHour\":1e400}",
        "{\"name\":\"x\",\"scopes\":[\"read\"],\"limitPerHour\":99999999999}",
        "{\"name\":\"x\",\"scopes\":[\"read\"],\"owner\":\"'; DROP TABLE api_keys; --\"}",
        "{\"name\":\"x\",\"scopes\":[\"read\"],\"allowedServers\":\"all\"}",
        "{\"name\":\"x\",\"scopes\":[\"read\"],\"allowedAddresses\":[\"10.0.0.0/99\",\"::/0/0\",\"localhost\",\"\"]}",
        "{\"name\":\"x\",\"scopes\":[\"read\"],\"hash\":\"AA==\",\"tenant\":\"00000000-0000-0000-0000-000000000000\"}",
        "{\"reason\":[1]}", "{\"reason\":\"a\",\"reason\":\"b\"}",
        "{\"overlapSeconds\":-1}", "{\"overlapSeconds\":2592001}", "{\"overlapSeconds\":\"1\"}", "{\"overlapSeconds\":1.5}",
        string.Concat(Enumerable.Repeat("[", 100_000)),
        string.Concat(Enumerable.Repeat("{\"a\":", 500)) + "1" + new string('}', 500),
        "{\"name\":\"" + new string('n', 1024 * 1024 - 100) + "\",\"scopes\":[\"read\"]}",
        "{\"name\":\"" + new string('n', 2 * 1024 * 1024) + "\"}",
        "{\"" + new string('m', 500_000) + "\":1}",
        "{\"allowedMethods\":[" + string.Join(',', Enumerable.Repeat("\"\"", 100_000)) + "]}",
    ];

    public static TheoryData<string, string, bool> Routes => new()
    {
        { "POST", "", true }, { "PUT", "/{id}", true }, { "POST", "/{id}/revoke", false }, { "POST", "/{id}/rotate", false },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task AnyRoute_HostileBody_IsRefusedAndChangesNothing(string method, string route, bool needsBody)
    {
        var (_, id) = await CreateAsync("""
            "name":"victim","scopes":["read"]
            """);
        var before = await Gateway.Http.GetStringAsync($"{Keys}/export", Cancellation);
        foreach (var body in Bodies.Where(body => needsBody || body.Length > 0))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), Keys + route.Replace("{id}", id, StringComparison.Ordinal))
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            };
            using var response = await Gateway.Http.SendAsync(request, Cancellation);
            Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"{response.StatusCode} for {Shorten(body)}");
        }

        Assert.Equal(before, await Gateway.Http.GetStringAsync($"{Keys}/export", Cancellation));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=99999999999999")]
    [InlineData("?cursor=%00")]
    [InlineData("?cursor=_w")]
    [InlineData("?cursor=!!!")]
    [InlineData("/'%20OR%201=1")]
    [InlineData("/%2e%2e%2fservers")]
    [InlineData("/00000000-0000-0000-0000-00000000000g")]
    public async Task Get_HostileAddress_IsNoFailure(string rest)
    {
        using var response = await Gateway.Http.GetAsync(Keys + rest, Cancellation);

        Assert.InRange((int)response.StatusCode, 200, 499);
    }

    private static string Shorten(string body) => body.Length <= 100 ? body : body[..100];
}
