using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests.Tenancy;

/// <summary>The REST routes of tenants, as an administrator of the installation uses them.</summary>
public sealed class TenantApiTests
{
    private const string Path = "/api/v1/tenants";

    private static readonly (string Name, string Value) Admin = GovernedHost.Admin;

    [Fact]
    public async Task Create_FullDefinition_IsAnsweredFoundAndListed()
    {
        await using var host = await GovernedHost.StartAsync();

        var created = await host.SendAsync(
            HttpMethod.Post, Path,
            """{"slug":"acme","name":"Acme","description":"Anvils","maxServers":3,"maxApiKeys":0,"settings":{"colour":"red","deep":[{"n":1.5}]}}""", Admin);

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal("\"1\"", created.Headers["ETag"]);
        var id = created.Json.GetProperty("id").GetString();
        Assert.Equal($"{Path}/{id}", created.Headers["Location"]);
        Assert.Equal("active", created.Json.GetProperty("status").GetString());
        Assert.Equal("red", created.Json.GetProperty("definition").GetProperty("settings").GetProperty("colour").GetString());
        foreach (var name in (string[])[id!, "acme"])
        {
            Assert.Equal(created.Body, (await host.GetAsync($"{Path}/{name}", Admin)).Body);
        }

        Assert.Equal(id, Assert.Single((await host.GetAsync(Path, Admin)).Json.GetProperty("tenants").EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Create_ManyFaults_AllAreNamedAtOnce()
    {
        await using var host = await GovernedHost.StartAsync();

        var answer = await host.SendAsync(
            HttpMethod.Post, Path,
            """{"slug":"-Bad","name":"","description":"\u0000","status":"gone","maxServers":-1,"maxApiKeys":"many","settings":[],"extra":1}""", Admin);

        answer.AssertProblem(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(
            ["description:control_characters", "extra:unknown_member", "maxApiKeys:wrong_type", "maxServers:out_of_range", "name:missing", "settings:wrong_type", "slug:slug_form", "status:unknown_value"],
            answer.Faults.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"slug":"0190f1c0-0000-7000-8000-000000000000","name":"a"}""", "slug:slug_form")]
    [InlineData("""{"name":"a"}""", "slug:missing")]
    [InlineData("""{"slug":"a","name":"a","settings":{"x":1,"x":2}}""", "settings:not_storable")]
    [InlineData("""{"slug":"a","name":"a","settings":{"x":1e400}}""", "settings:not_storable")]
    [InlineData("""{"slug":"a","name":"a\nb"}""", "name:name_form")]
    [InlineData("""{"slug":"a","name":"a","settings":{"limits":5}}""", "settings.limits:wrong_type")]
    [InlineData("""{"slug":"a","name":"a","settings":{"limits":{"perHour":-1}}}""", "settings.limits.perHour:out_of_range")]
    [InlineData("""{"slug":"a","name":"a","settings":{"limits":{"perHour":1,"weight":"3"}}}""", "settings.limits.weight:out_of_range")]
    [InlineData("""{"slug":"a","name":"a","settings":{"limits":{"perMinute":1}}}""", "settings.limits.perMinute:unknown_member")]
    public async Task Create_OneFault_IsNamed(string body, string fault)
    {
        await using var host = await GovernedHost.StartAsync();

        Assert.Equal([fault], (await host.SendAsync(HttpMethod.Post, Path, body, Admin)).Faults);
    }

    [Fact]
    public async Task Create_TooLong_IsRefused()
    {
        await using var host = await GovernedHost.StartAsync();

        var body = $$"""{"slug":"{{new string('a', 64)}}","name":"{{new string('n', 201)}}","description":"{{new string('d', 4001)}}","settings":["{{new string('s', 16_384)}}"]}""";
        var answer = await host.SendAsync(HttpMethod.Post, Path, body, Admin);

        Assert.Equal(["slug:slug_form", "name:too_long", "description:too_long", "settings:too_long"], answer.Faults);
        Assert.Equal(HttpStatusCode.Created, (await host.SendAsync(HttpMethod.Post, Path, $$"""{"slug":"{{new string('a', 63)}}","name":"n"}""", Admin)).Status);
    }

    [Fact]
    public async Task Replace_BoundToVersion_ChangesOnceAndKeepsStatusThatIsNotNamed()
    {
        await using var host = await GovernedHost.StartAsync();
        var id = await host.AddTenantAsync("acme", ",\"status\":\"suspended\",\"maxServers\":2");

        var changed = await host.SendAsync(HttpMethod.Put, $"{Path}/{id}", """{"slug":"acme-2","name":"New"}""", Admin, ("If-Match", "\"1\""));
        var late = await host.SendAsync(HttpMethod.Put, $"{Path}/{id}", """{"name":"Late"}""", Admin, ("If-Match", "\"1\""));
        var same = await host.SendAsync(HttpMethod.Put, $"{Path}/acme-2", """{"name":"New"}""", Admin);

        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal("suspended", changed.Json.GetProperty("status").GetString());
        Assert.False(changed.Json.GetProperty("definition").TryGetProperty("maxServers", out _));
        late.AssertProblem(HttpStatusCode.PreconditionFailed, "stale");
        Assert.Equal("\"2\"", same.Headers["ETag"]);
        (await host.GetAsync($"{Path}/acme", Admin)).AssertProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Replace_WhatGetAnswered_ChangesNothing()
    {
        await using var host = await GovernedHost.StartAsync();
        var id = await host.AddTenantAsync("acme", ",\"settings\":{\"b\":1,\"a\":2},\"maxApiKeys\":4");
        var read = await host.GetAsync($"{Path}/{id}", Admin);

        var written = await host.SendAsync(HttpMethod.Put, $"{Path}/{id}", read.Json.GetProperty("definition").GetRawText(), Admin);

        Assert.Equal(read.Body, written.Body);
    }

    [Fact]
    public async Task Write_TakenSlugOrUnknownTenant_IsConflictOrNotFound()
    {
        await using var host = await GovernedHost.StartAsync();
        await host.AddTenantAsync("one");
        var other = await host.AddTenantAsync("two");

        (await host.SendAsync(HttpMethod.Post, Path, """{"slug":"one","name":"x"}""", Admin)).AssertProblem(HttpStatusCode.Conflict, "conflict");
        (await host.SendAsync(HttpMethod.Put, $"{Path}/{other}", """{"slug":"one","name":"x"}""", Admin)).AssertProblem(HttpStatusCode.Conflict, "conflict");
        foreach (var unknown in (string[])[Guid.CreateVersion7(DateTimeOffset.UnixEpoch).ToString(), Guid.Empty.ToString(), "three", "%22%3E", "-"])
        {
            (await host.GetAsync($"{Path}/{unknown}", Admin)).AssertProblem(HttpStatusCode.NotFound, "not_found");
            (await host.SendAsync(HttpMethod.Put, $"{Path}/{unknown}", "{}", Admin)).AssertProblem(HttpStatusCode.NotFound, "not_found");
            (await host.SendAsync(HttpMethod.Delete, $"{Path}/{unknown}", null, Admin)).AssertProblem(HttpStatusCode.NotFound, "not_found");
            (await host.SendAsync(HttpMethod.Post, $"{Path}/{unknown}/suspend", null, Admin)).AssertProblem(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Fact]
    public async Task List_SeveralPages_GivesEachTenantOnceBySlug()
    {
        await using var host = await GovernedHost.StartAsync();
        foreach (var slug in (string[])["c", "a", "e", "b", "d"])
        {
            await host.AddTenantAsync(slug);
        }

        var seen = new List<string?>();
        string? cursor = null;
        do
        {
            var page = (await host.GetAsync($"{Path}?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}", Admin)).Json;
            seen.AddRange(page.GetProperty("tenants").EnumerateArray().Select(static tenant => tenant.GetProperty("slug").GetString()));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(["a", "b", "c", "d", "e"], seen);
        Assert.Equal(["limit:out_of_range", "cursor:cursor"], (await host.GetAsync($"{Path}?limit=0&cursor=%21", Admin)).Faults);
    }

    [Fact]
    public async Task Delete_TenantWithServersAndKeys_NamesWhatIsInTheWay()
    {
        await using var host = await GovernedHost.StartAsync();
        var tenant = await host.AddTenantAsync("acme");
        var key = await host.AddKeyAsync(tenant, ApiKeyScope.Admin);
        Assert.Equal(HttpStatusCode.Created, (await host.SendAsync(HttpMethod.Post, "/api/v1/servers", """{"name":"held","url":"https://up.example/mcp","enabled":false}""", key)).Status);

        var refused = await host.SendAsync(HttpMethod.Delete, $"{Path}/{tenant}", null, Admin);

        refused.AssertProblem(HttpStatusCode.Conflict, "in_use");
        Assert.Equal(["servers:in_use", "apiKeys:in_use"], refused.Faults);
        Assert.Contains("held", refused.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"{Path}/{tenant}", Admin)).Status);
    }

    [Fact]
    public async Task Delete_EmptyTenant_IsGone()
    {
        await using var host = await GovernedHost.StartAsync();
        var tenant = await host.AddTenantAsync("acme");

        (await host.SendAsync(HttpMethod.Delete, $"{Path}/{tenant}", null, Admin, ("If-Match", "\"7\""))).AssertProblem(HttpStatusCode.PreconditionFailed, "stale");
        Assert.Equal(TenantWriteOutcome.Stale, (await host.Get<ITenantRegistrar>().DeleteAsync(tenant, 7, AuditActor.System, TestContext.Current.CancellationToken)).Outcome);
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"{Path}/{tenant}", null, Admin, ("If-Match", "\"1\""))).Status);

        (await host.GetAsync($"{Path}/{tenant}", Admin)).AssertProblem(HttpStatusCode.NotFound, "not_found");
        (await host.GetAsync("/whoami", host.Token("ann", ("mcpregistry:tenant", "acme"), ("scope", "mcp:proxy")))).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
    }

    [Fact]
    public async Task Register_MoreServersThanAllowed_IsRefused()
    {
        await using var host = await GovernedHost.StartAsync();
        var tenant = await host.AddTenantAsync("acme", ",\"maxServers\":2");
        var key = await host.AddKeyAsync(tenant, ApiKeyScope.Write);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            host.SendAsync(HttpMethod.Post, "/api/v1/servers", $$"""{"name":"s{{i}}","url":"https://up.example/mcp","enabled":false}""", key)));

        Assert.Equal(2, answers.Count(static answer => answer.Status == HttpStatusCode.Created));
        Assert.All(answers.Where(static answer => answer.Status != HttpStatusCode.Created), static answer => answer.AssertProblem(HttpStatusCode.Conflict, "limit_reached"));
    }
}
