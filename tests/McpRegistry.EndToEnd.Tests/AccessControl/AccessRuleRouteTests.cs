using System.Net;
using System.Text.Json;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.AccessControl;

/// <summary>The REST routes of access rules and of the explanation.</summary>
public sealed class AccessRuleRouteTests : AccessTest
{
    [Fact]
    public async Task Rule_FromCreationToDeletion_IsShownAsItIs()
    {
        var (_, id) = await AddServerAsync("up");
        var (_, key) = await AddCallerAsync("one");
        var rule = await GrantAsync(id, key, ",\"permissions\":[\"read\",\"write\"],\"allowedMethods\":[\"tools/call\"],\"allowedDays\":[0,4],\"allowedHours\":[8],\"timeZone\":\"Europe/Berlin\",\"startsAt\":\"2026-01-01T00:00:00+01:00\"");
        var path = $"{RulesPath}/{rule.GetProperty("id").GetGuid()}";
        Assert.Equal("2025-12-31T23:00:00+00:00", rule.GetProperty("startsAt").GetString());
        Assert.Equal("""["read","write"]""", rule.GetProperty("permissions").GetRawText());
        Assert.Equal(rule.GetRawText(), (await SendAsync(Gateway.Http, HttpMethod.Get, path)).Body);

        foreach (var query in new[] { $"serverId={id}", $"subjectKind=api_key&subjectId={key}" })
        {
            var listed = JsonElement.Parse((await SendAsync(Gateway.Http, HttpMethod.Get, $"{RulesPath}?{query}")).Body);
            Assert.Equal(rule.GetRawText(), Assert.Single(listed.GetProperty("items").EnumerateArray()).GetRawText());
        }

        using var stale = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json") };
        stale.Headers.TryAddWithoutValidation("If-Match", "\"9\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Gateway.Http.SendAsync(stale, Cancellation)).StatusCode);
        var changed = await SendAsync(Gateway.Http, HttpMethod.Put, path, $$"""{"serverId":"{{id}}","subject":{"kind":"api_key","id":"{{key}}"},"enabled":false}""");
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.False(JsonElement.Parse(changed.Body).GetProperty("enabled").GetBoolean());
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(Gateway.Http, HttpMethod.Delete, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(Gateway.Http, HttpMethod.Get, path)).Status);
    }

    [Fact]
    public async Task Create_EverythingWrong_ReportsAllAtOnce()
    {
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Post, RulesPath, $$"""
            {"serverId":"{{Guid.CreateVersion7()}}","subject":{"kind":"user","id":"{{Guid.CreateVersion7()}}"},"permissions":["fly"],"allowedMethods":["tools/fly"],
            "deniedMethods":["tools/call","x"],"allowedDays":[7],"allowedHours":[0,24],"timeZone":"Moon/Tycho","startsAt":"2026-02-01T00:00:00Z","endsAt":"2026-01-01T00:00:00Z","more":1}
            """);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            ["allowedDays[0]", "allowedHours[1]", "allowedMethods[0]", "deniedMethods[1]", "endsAt", "more", "permissions", "serverId", "subject.id", "timeZone"],
            JsonElement.Parse(body).GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("path").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Create_ThingsOfAnotherTenant_IsAnsweredLikeThingsThatAreNotThere()
    {
        var theirs = await AddTenantAsync();
        var (_, server) = await AddServerAsync("theirs", registry: new RegistryClient(theirs));
        var (_, theirKey) = await AddCallerAsync("their-key", Ordinary, key => key with { Tenant = Other });
        var (_, mine) = await AddServerAsync("mine");
        var nobody = Guid.CreateVersion7();

        Assert.Equal(await PostAsync(nobody, nobody), await PostAsync(server, theirKey));
        Assert.Equal(await PostAsync(mine, nobody), await PostAsync(mine, theirKey));

        Task<(HttpStatusCode, string)> PostAsync(Guid serverId, Guid keyId) =>
            SendAsync(Gateway.Http, HttpMethod.Post, RulesPath, $$"""{"serverId":"{{serverId}}","subject":{"kind":"api_key","id":"{{keyId}}"} }""");
    }

    [Fact]
    public async Task Create_MalformedAndWithoutTheRight_DoesNotTellWhichIdsExist()
    {
        var (_, hidden) = await AddServerAsync("hidden");
        var (_, led) = await AddServerAsync("led");
        var (_, insider) = await AddCallerAsync("insider");
        var (lead, leadKey) = await AddCallerAsync("lead");
        await GrantAsync(hidden, insider);
        await GrantAsync(led, leadKey, ",\"permissions\":[\"read\",\"admin\"]");
        var own = $"{RulesPath}/{(await AddRuleAsync(Body(led, insider, ""), lead)).GetProperty("id").GetGuid()}";
        var nobody = Guid.CreateVersion7();

        foreach (var (method, path) in new[] { (HttpMethod.Post, RulesPath), (HttpMethod.Put, own) })
        {
            var expected = await SendAsync(lead, method, path, Body(nobody, nobody, ",\"enabled\":1"));
            Assert.Equal(HttpStatusCode.BadRequest, expected.Status);
            Assert.DoesNotContain("not_found", expected.Body, StringComparison.Ordinal);
            Assert.Equal(expected, await SendAsync(lead, method, path, Body(hidden, nobody, ",\"enabled\":1")));
            Assert.Equal(expected, await SendAsync(lead, method, path, Body(hidden, insider, ",\"enabled\":1")));

            // Whose right it is still gets all faults at once.
            var full = await SendAsync(lead, method, path, Body(led, nobody, ",\"enabled\":1"));
            Assert.Equal(
                ["enabled", "subject.id"],
                JsonElement.Parse(full.Body).GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("path").GetString()).Order(StringComparer.Ordinal));
        }

        static string Body(Guid server, Guid key, string more) => $$"""{"serverId":"{{server}}","subject":{"kind":"api_key","id":"{{key}}"}{{more}}}""";
    }

    [Fact]
    public async Task Rules_WithoutTheScope_AreForThoseWhoMayAdministerTheServer()
    {
        var (_, id) = await AddServerAsync("up");
        var (_, other) = await AddServerAsync("other");
        var (http, key) = await AddCallerAsync("lead");
        var (plain, plainKey) = await AddCallerAsync("plain");
        await GrantAsync(id, key, ",\"permissions\":[\"read\",\"admin\"]");
        var grant = $$"""{"serverId":"{{id}}","subject":{"kind":"api_key","id":"{{plainKey}}"} }""";

        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(plain, HttpMethod.Post, RulesPath, grant)).Status);
        var rule = await AddRuleAsync(grant, http);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(plain, HttpMethod.Get, $"{RulesPath}/{rule.GetProperty("id").GetGuid()}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(http, HttpMethod.Get, $"{RulesPath}?serverId={id}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(http, HttpMethod.Get, $"{RulesPath}?serverId={other}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(http, HttpMethod.Get, $"{RulesPath}?subjectKind=api_key&subjectId={key}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(http, HttpMethod.Delete, $"{RulesPath}/{rule.GetProperty("id").GetGuid()}")).Status);
    }

    [Fact]
    public async Task DeleteKey_OnlyOneThatARuleLetsIn_IsRefusedAndTheServerStaysClosed()
    {
        var (_, id) = await AddServerAsync("up");
        var (_, key) = await AddCallerAsync("one");
        var (other, _) = await AddCallerAsync("two");
        var rule = await GrantAsync(id, key, ",\"enabled\":false");
        var path = $"/api/v1/keys/{key}";

        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Delete, path);

        Assert.Equal((HttpStatusCode.Conflict, "in_use"), (status, JsonElement.Parse(body).GetProperty("code").GetString()));
        Assert.Contains(rule.GetProperty("id").GetString()!, Assert.Single(JsonElement.Parse(body).GetProperty("errors").EnumerateArray()).GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(other, HttpMethod.Get, $"/api/v1/servers/{id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Gateway.Http, HttpMethod.Get, path)).Status);
        await DeleteRuleAsync(rule);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(Gateway.Http, HttpMethod.Delete, path)).Status);
    }

    [Fact]
    public async Task DeleteInCode_OtherVersionThanExpected_IsStaleAndChangesNothing()
    {
        var (_, id) = await AddServerAsync("up");
        var (_, key) = await AddCallerAsync("one");
        var rule = (await GrantAsync(id, key)).GetProperty("id").GetGuid();
        var (rules, keys) = (Gateway.Get<IAccessRuleRegistrar>(), Gateway.Get<IApiKeyRegistrar>());
        var (tenant, actor) = (McpRegistry.Tenancy.TenantId.Global, McpRegistry.Auditing.AuditActor.System);

        Assert.Equal(AccessRuleWriteOutcome.Stale, (await rules.DeleteAsync(tenant, rule, 7, actor, Cancellation)).Outcome);
        Assert.Equal(ApiKeyWriteOutcome.Stale, (await keys.DeleteAsync(tenant, key, 7, actor, Cancellation)).Outcome);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Gateway.Http, HttpMethod.Get, $"{RulesPath}/{rule}")).Status);
        Assert.Equal(AccessRuleWriteOutcome.Success, (await rules.DeleteAsync(tenant, rule, 1, actor, Cancellation)).Outcome);
        Assert.Equal(ApiKeyWriteOutcome.Success, (await keys.DeleteAsync(tenant, key, 1, actor, Cancellation)).Outcome);
    }

    [Fact]
    public async Task RotateKey_ThatRulesLetInAndShutOut_TheSuccessorHasThemAtOnce()
    {
        var (_, open) = await AddServerAsync("open");
        var (_, closed) = await AddServerAsync("closed");
        var (_, key) = await AddCallerAsync("one");
        await GrantAsync(open, key, ",\"deniedMethods\":[\"resources/read\"],\"timeZone\":\"Europe/Berlin\",\"endsAt\":\"2999-01-01T00:00:00Z\"");
        await GrantAsync(closed, key, ",\"enabled\":false");

        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Post, $"/api/v1/keys/{key}/rotate");

        Assert.True(status == HttpStatusCode.Created, body);
        var successor = JsonElement.Parse(body).GetProperty("details").GetProperty("id").GetGuid();
        using var http = Gateway.CreateHttp(JsonElement.Parse(body).GetProperty("key").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(http, HttpMethod.Get, $"/api/v1/servers/{open}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(http, HttpMethod.Get, $"/api/v1/servers/{closed}")).Status);
        Assert.Equal(await RulesOfAsync(key), await RulesOfAsync(successor));
        var trail = await Gateway.Get<McpRegistry.Auditing.IAuditStore>().ReadChainAsync(McpRegistry.Tenancy.TenantId.Global, 0, null, 1_000, Cancellation);
        Assert.Equal(
            ["key.create", "key.rotate", "access_rule.create", "access_rule.create"],
            trail.Select(row => row.Event.Action).SkipWhile(action => action != "key.rotate").Prepend("key.create"));

        async Task<IEnumerable<string>> RulesOfAsync(Guid subject)
        {
            var listed = JsonElement.Parse((await SendAsync(Gateway.Http, HttpMethod.Get, $"{RulesPath}?subjectKind=api_key&subjectId={subject}")).Body);
            return listed.GetProperty("items").EnumerateArray()
                .Select(rule => string.Join(';', rule.EnumerateObject()
                    .Where(member => member.Name is not ("id" or "createdAt" or "updatedAt" or "urls" or "accessCount" or "lastAccess"))
                    .Select(member => $"{member.Name}={(member.Name == "subject" ? "" : member.Value.GetRawText())}")))
                .Order(StringComparer.Ordinal).ToArray();
        }
    }

    [Fact]
    public async Task Explain_Call_SaysWhatDecidesWithoutMakingIt()
    {
        var (upstream, id) = await AddServerAsync("up");
        var (_, key) = await AddCallerAsync("one");
        var (_, stranger) = await AddCallerAsync("two");
        var rule = await GrantAsync(id, key, ",\"allowedHours\":[8],\"timeZone\":\"Europe/Berlin\"");

        var granted = await ExplainAsync($$"""{"keyId":"{{key}}","server":"up","method":"tools/call","tool":"work","at":"2026-07-28T06:30:00Z"}""");
        Assert.True(granted.GetProperty("allowed").GetBoolean());
        Assert.Equal("rule", granted.GetProperty("reason").GetString());
        Assert.Equal(rule.GetProperty("id").GetGuid(), granted.GetProperty("decidingRule").GetGuid());
        Assert.True(granted.GetProperty("toolKnown").GetBoolean());

        var late = await ExplainAsync($$"""{"keyId":"{{key}}","server":"{{id}}","method":"tools/call","at":"2026-07-28T07:30:00Z"}""");
        Assert.False(late.GetProperty("allowed").GetBoolean());
        Assert.False(late.GetProperty("exists").GetBoolean());
        Assert.Equal("other_hour", Assert.Single(late.GetProperty("rules").EnumerateArray()).GetProperty("state").GetString());

        var other = await ExplainAsync($$"""{"keyId":"{{stranger}}","server":"up","method":"tools/call","at":"2026-07-28T06:30:00Z"}""");
        Assert.Equal("no_rule", other.GetProperty("reason").GetString());
        Assert.Equal("other_subject", Assert.Single(other.GetProperty("rules").EnumerateArray()).GetProperty("state").GetString());
        Assert.Equal("no_rule", (await ExplainAsync("""{"subject":"me","server":"up","method":"tools/call"}""")).GetProperty("reason").GetString());
        Assert.Empty(upstream.Requests.Of("tools/call"));
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Post, "/api/v1/access/explain", $$"""{"keyId":"x","server":"nowhere","method":"tools/fly","tool":"{{new string('n', 3_000)}}","at":"noon"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(5, JsonElement.Parse(body).GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("path").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Calls_ThatARuleLetThrough_AreCountedOnIt()
    {
        var (_, id) = await AddServerAsync("up");
        var (http, key) = await AddCallerAsync("one");
        var rule = await GrantAsync(id, key);
        var client = await OpenAsync(http, Era.Modern);
        await client.CallToolAsync("up__work", Cancellation);
        await client.CallToolAsync("up__work", Cancellation);
        await Gateway.Get<AccessRuleUses>().FlushAsync(Cancellation);

        var counted = JsonElement.Parse((await SendAsync(Gateway.Http, HttpMethod.Get, $"{RulesPath}/{rule.GetProperty("id").GetGuid()}")).Body);
        Assert.Equal(2, counted.GetProperty("accessCount").GetInt32());
        Assert.True(counted.TryGetProperty("lastAccess", out _));
    }

    private async Task<JsonElement> ExplainAsync(string body)
    {
        var (status, answer) = await SendAsync(Gateway.Http, HttpMethod.Post, "/api/v1/access/explain", body);
        Assert.True(status == HttpStatusCode.OK, answer);
        return JsonElement.Parse(answer);
    }
}
