using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;

namespace McpRegistry.EndToEnd.Tests.AccessControl;

/// <summary>What stands in the query of a URL and in the arguments of a program is for those who may change the server.</summary>
public sealed class HiddenPlaceTests : AccessTest
{
    private const string Secret = "S3CR3T-of-the-place";
    private const string Servers = "/api/v1/servers";

    private protected override GatewaySetup Setup => base.Setup with
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Servers:program:Command"] = "tool",
            ["Servers:program:Arguments:0"] = "--token",
            ["Servers:program:Arguments:1"] = Secret,
            ["Servers:program:Enabled"] = "false",
        },
    };

    [Fact]
    public async Task Answers_ToWhomMayNotChangeTheServer_HaveNeitherQueryNorArguments()
    {
        var id = await AddDisabledAsync();
        var (reader, _) = await AddCallerAsync("reader", ApiKeyScope.Read);
        var (writer, _) = await AddCallerAsync("writer");
        var (bound, boundKey) = await AddCallerAsync("bound");
        Assert.Contains(Secret, (await SendAsync(bound, HttpMethod.Get, $"{Servers}/{id}")).Body, StringComparison.Ordinal);

        var list = await SendAsync(reader, HttpMethod.Get, Servers);
        Assert.DoesNotContain(Secret, list.Body + (await SendAsync(reader, HttpMethod.Get, $"{Servers}/{id}")).Body, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:9/mcp?***", list.Body, StringComparison.Ordinal);
        Assert.Contains("""["***","***"]""", list.Body, StringComparison.Ordinal);
        Assert.Equal(2, (await SendAsync(writer, HttpMethod.Get, Servers)).Body.Split(Secret).Length - 1);

        await GrantAsync(id, boundKey);
        var seen = await SendAsync(bound, HttpMethod.Get, $"{Servers}/{id}");
        Assert.Equal(HttpStatusCode.OK, seen.Status);
        Assert.DoesNotContain(Secret, seen.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_WithWhatAReaderWasShown_IsRefused()
    {
        var id = await AddDisabledAsync();
        var (reader, _) = await AddCallerAsync("reader", ApiKeyScope.Read);
        var shown = JsonElement.Parse((await SendAsync(reader, HttpMethod.Get, $"{Servers}/{id}")).Body).GetProperty("definition").GetRawText();
        var whole = JsonElement.Parse((await SendAsync(Gateway.Http, HttpMethod.Get, $"{Servers}/{id}")).Body).GetProperty("definition").GetRawText();

        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Put, $"{Servers}/{id}", shown);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("masked_value", Assert.Single(JsonElement.Parse(body).GetProperty("errors").EnumerateArray()).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Gateway.Http, HttpMethod.Put, $"{Servers}/{id}", whole)).Status);
    }

    private async Task<Guid> AddDisabledAsync()
    {
        var (status, body) = await SendAsync(
            Gateway.Http, HttpMethod.Post, Servers, $$"""{"name":"remote","url":"http://127.0.0.1:9/mcp?key={{Secret}}","enabled":false}""");
        Assert.True(status == HttpStatusCode.Created, body);
        return JsonElement.Parse(body).GetProperty("id").GetGuid();
    }
}
