using System.Net;

namespace McpRegistry.AspNetCore.Tests.AccessControl;

public sealed class ExplainedMomentTests
{
    /// <summary>The clocks of Berlin and New York show days there that no calendar has.</summary>
    [Theory]
    [InlineData("access", "9999-12-31T23:59:59Z", false)]
    [InlineData("access", "0001-01-01T00:00:00Z", false)]
    [InlineData("access", "1969-12-31T23:59:59Z", false)]
    [InlineData("access", "9998-12-31T23:59:59Z", true)]
    [InlineData("access", "1970-01-01T00:00:00Z", true)]
    [InlineData("router", "9999-12-31T23:59:59Z", false)]
    [InlineData("router", "0001-01-01T00:00:00Z", false)]
    [InlineData("router", "9998-12-31T23:59:59Z", true)]
    public async Task Explain_AtTheEndsOfTheCalendar_IsRefusedAsAFault(string kind, string at, bool isTaken)
    {
        await using var host = await GovernedHost.StartAsync();
        var added = await host.SendAsync(HttpMethod.Post, "/api/v1/servers", """{"name":"up","alias":"up","url":"http://127.0.0.1:9/mcp"}""", GovernedHost.Admin);
        var id = added.Json.GetProperty("id").GetGuid();
        foreach (var zone in (string[])["Europe/Berlin", "America/New_York"])
        {
            var rule = await host.SendAsync(
                HttpMethod.Post, "/api/v1/access-rules", $$"""{"serverId":"{{id}}","subject":{"kind":"tenant","id":"{{Guid.Empty}}"},"allowedHours":[8],"timeZone":"{{zone}}"}""", GovernedHost.Admin);
            Assert.True(rule.Status == HttpStatusCode.Created, rule.Body);
        }

        var answer = await host.SendAsync(
            HttpMethod.Post, $"/api/v1/{kind}/explain", $$"""{"method":"tools/call","at":"{{at}}",{{(kind == "access" ? "\"server\":\"up\"" : "\"name\":\"up__work\"")}}}""", GovernedHost.Admin);

        if (isTaken)
        {
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
            return;
        }

        Assert.True(answer.Status == HttpStatusCode.BadRequest, answer.Body);
        var fault = Assert.Single(answer.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal(("at", "out_of_range"), (fault.GetProperty("path").GetString(), fault.GetProperty("code").GetString()));
    }
}
