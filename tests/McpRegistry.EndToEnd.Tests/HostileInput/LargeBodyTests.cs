using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;

namespace McpRegistry.EndToEnd.Tests.HostileInput;

/// <summary>The gateway's limit counts, whatever the web server's own one is (30,000,000 bytes unless a host changes it).</summary>
public sealed class LargeBodyTests : EndToEndTest
{
    private const int Limit = 32_000_000;

    private const string List =
        """{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gateway:MaxRequestBytes"] = "32000000" },
    };

    [Theory]
    [InlineData(Limit, true, HttpStatusCode.OK)]
    [InlineData(Limit, false, HttpStatusCode.OK)]
    [InlineData(Limit + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(Limit + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Post_LargeBody_IsServedUpToTheLimitAndRefusedWithAnErrorBeyond(int length, bool declared, HttpStatusCode expected)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(List.PadRight(length)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Gateway.Mcp()) { Content = content };
        request.Headers.TransferEncodingChunked = !declared;
        request.Headers.Add("Accept", "application/json");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", "tools/list");

        using var response = await Gateway.Http.SendAsync(request, Cancellation);

        var body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(expected == response.StatusCode, $"{response.StatusCode} {body}");
        using var answer = JsonDocument.Parse(body);
        Assert.Equal(expected == HttpStatusCode.OK, answer.RootElement.TryGetProperty("result", out _));
        Assert.Equal(expected != HttpStatusCode.OK, answer.RootElement.TryGetProperty("error", out _));
    }
}
