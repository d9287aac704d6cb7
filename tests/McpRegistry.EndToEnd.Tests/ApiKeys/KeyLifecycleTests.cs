using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.EndToEnd.Tests.ApiKeys;

/// <summary>What happens to a key over REST, from its making to its end.</summary>
public sealed class KeyLifecycleTests : KeyTest
{
    [Fact]
    public async Task Create_Key_WorksWithItsScopesAndShowsItsTextOnce()
    {
        var (status, body, headers) = await SendAsync(
            HttpMethod.Post, Keys, """{"name":"ci","description":"builds","scopes":["read"],"allowedMethods":["tools/call"],"limitPerHour":10}""");
        var text = body.GetProperty("key").GetString()!;
        var details = body.GetProperty("details");
        var id = details.GetProperty("id").GetString();

        Assert.Equal((HttpStatusCode.Created, $"{Keys}/{id}", "\"1\""), (status, headers.Location!.OriginalString, headers.ETag!.Tag));
        Assert.Equal((text[^4..], "active"), (details.GetProperty("lastFour").GetString(), details.GetProperty("state").GetString()));
        Assert.Equal(HttpStatusCode.OK, await UseAsync(text));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, Keys, key: text)).Status);
        var stored = (await Gateway.Get<IApiKeyStore>().FindAsync(TenantId.Global, Guid.Parse(id!), Cancellation))!.Key;
        foreach (var path in (string[])[Keys, $"{Keys}/{id}", $"{Keys}/export"])
        {
            using var response = await Gateway.Http.GetAsync(path, Cancellation);
            var answer = await response.Content.ReadAsStringAsync(Cancellation);
            Assert.Contains(id!, answer, StringComparison.Ordinal);
            Assert.DoesNotContain(text, answer, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(stored.Hash.Span), answer, StringComparison.Ordinal);
            Assert.DoesNotContain("salt", answer, StringComparison.OrdinalIgnoreCase);
        }

        Assert.NotEmpty(Log.Lines);
        Assert.DoesNotContain(Log.Lines, line => line.Contains(text, StringComparison.Ordinal) || line.Contains(text[^50..^7], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_ManyFaults_AllAreAnswered()
    {
        var (status, body, _) = await SendAsync(
            HttpMethod.Post,
            Keys,
            """
            {"name":" ","scopes":["fly"],"expiresAt":"2020-01-01T00:00:00Z","owner":"0199aaaa-0000-7000-8000-00000000000d","allowedAddresses":["10.0.0.1/8"],
             "allowedMethods":["tools/dance"],"allowedServers":["x"],"limitPerHour":0,"limitPerDay":-1,"secret":"mine"}
            """);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            ["allowedAddresses[0]", "allowedMethods[0]", "allowedServers[0]", "expiresAt", "limitPerDay", "limitPerHour", "name", "owner", "scopes[0]", "secret"],
            body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Replace_ExpectedVersion_ChangesOnceAndTakesEffectAtOnce()
    {
        var (text, id) = await CreateAsync("""
            "name":"agent","scopes":["read"]
            """);
        Assert.Equal(HttpStatusCode.OK, await UseAsync(text));

        var changed = await SendAsync(HttpMethod.Put, $"{Keys}/{id}", """{"name":"agent","scopes":["read"],"enabled":false}""", ifMatch: "\"1\"");
        var stale = await SendAsync(HttpMethod.Put, $"{Keys}/{id}", """{"name":"other","scopes":["admin"]}""", ifMatch: "\"1\"");

        Assert.Equal((HttpStatusCode.OK, "\"2\"", "disabled"), (changed.Status, changed.Headers.ETag!.Tag, changed.Body.GetProperty("state").GetString()));
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(text));
        await SendAsync(HttpMethod.Put, $"{Keys}/{id}", """{"name":"agent","scopes":["read"]}""");
        Assert.Equal(HttpStatusCode.OK, await UseAsync(text));
    }

    [Fact]
    public async Task Revoke_Key_IsForGood()
    {
        var (text, id) = await CreateAsync("""
            "name":"leaked","scopes":["read"]
            """);
        await UseAsync(text);

        var revoked = await SendAsync(HttpMethod.Post, $"{Keys}/{id}/revoke", """{"reason":"found in a log"}""");

        Assert.Equal(("revoked", "found in a log"), (revoked.Body.GetProperty("state").GetString(), revoked.Body.GetProperty("revokedReason").GetString()));
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(text));
        foreach (var (method, path, json) in ((HttpMethod, string, string)[])
            [(HttpMethod.Put, "", """{"name":"leaked","scopes":["read"],"enabled":true}"""), (HttpMethod.Post, "/rotate", "{}")])
        {
            var refused = await SendAsync(method, $"{Keys}/{id}{path}", json);
            Assert.Equal((HttpStatusCode.Conflict, "revoked"), (refused.Status, refused.Body.GetProperty("code").GetString()));
        }

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, $"{Keys}/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"{Keys}/{id}")).Status);
    }

    [Fact]
    public async Task Rotate_Key_BothWorkForTheOverlapAndThenTheNewOneOnly()
    {
        var (old, id) = await CreateAsync("""
            "name":"ci","scopes":["read"],"allowedAddresses":["127.0.0.1","::1"],"limitPerDay":7
            """);
        await UseAsync(old);

        var (status, body, _) = await SendAsync(HttpMethod.Post, $"{Keys}/{id}/rotate");
        var (fresh, details) = (body.GetProperty("key").GetString()!, body.GetProperty("details"));

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(("ci (2)", id, 7), (details.GetProperty("name").GetString(), details.GetProperty("rotatedFrom").GetString(), details.GetProperty("limitPerDay").GetInt32()));
        Assert.Equal(2, details.GetProperty("allowedAddresses").GetArrayLength());
        Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await UseAsync(old), await UseAsync(fresh)));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await UseAsync(old), await UseAsync(fresh)));
        Assert.Equal("expired", await StateAsync(id));

        var atOnce = await SendAsync(HttpMethod.Post, $"{Keys}/{details.GetProperty("id").GetString()}/rotate", """{"overlapSeconds":0}""");
        Assert.Equal("ci (3)", atOnce.Body.GetProperty("details").GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(fresh));
        Assert.Equal(HttpStatusCode.OK, await UseAsync(atOnce.Body.GetProperty("key").GetString()!));
    }

    [Fact]
    public async Task List_AgedKey_IsDueForRotationAndPagesHaveAll()
    {
        for (var i = 0; i < 5; i++)
        {
            await CreateAsync($"\"name\":\"key {i}\",\"scopes\":[\"read\"]");
        }

        Clock.Advance(TimeSpan.FromDays(90));
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await SendAsync(HttpMethod.Get, $"{Keys}?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).Body;
            Assert.All(page.GetProperty("keys").EnumerateArray(), key => Assert.True(key.GetProperty("rotationDue").GetBoolean()));
            names.AddRange(page.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("name").GetString()!));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(["bootstrap-admin", "key 0", "key 1", "key 2", "key 3", "key 4"], names);
        var lines = (await Gateway.Http.GetStringAsync($"{Keys}/export", Cancellation)).TrimEnd('\n').Split('\n');
        Assert.Equal(names, lines.Select(line => JsonElement.Parse(line).GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task Create_MoreThanTheTenantMayHave_ExactlySoManyAreMade()
    {
        const int limit = 5;
        var tenant = new TenantId(Guid.CreateVersion7());
        await Gateway.Get<ITenantStore>().AddAsync(
            new Tenant { Id = tenant, Slug = "small", Name = "Small", MaxApiKeys = limit, CreatedAt = Clock.GetUtcNow(), UpdatedAt = Clock.GetUtcNow() }, null, Cancellation);
        var registrar = Gateway.Get<IApiKeyRegistrar>();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () => await registrar.CreateAsync(
            tenant, ApiKeyScope.Admin, new ApiKeyDefinition { Name = $"key {i}", Scopes = ApiKeyScope.Read }, AuditActor.System, Cancellation))));

        Assert.Equal(limit, results.Count(result => result.Succeeded));
        Assert.Equal(20 - limit, results.Count(result => result.Outcome == ApiKeyWriteOutcome.LimitReached));
        var one = results.First(result => result.Succeeded).Key!.Key;
        var rotated = await registrar.RotateAsync(tenant, ApiKeyScope.Admin, one.Id, null, null, AuditActor.System, Cancellation);
        Assert.True(rotated.Succeeded);
        Assert.Equal(ApiKeyWriteOutcome.LimitReached, (await registrar.RotateAsync(tenant, ApiKeyScope.Admin, rotated.Key!.Key.Id, null, null, AuditActor.System, Cancellation)).Outcome);
    }

    [Theory]
    [InlineData("""{"overlapSeconds":0}""", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("", HttpStatusCode.Created)]
    public async Task Rotate_ChunksWithoutAType_AreNotDroppedInSilence(string json, HttpStatusCode expected)
    {
        var (text, id) = await CreateAsync("""
            "name":"leaked","scopes":["read"]
            """);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Keys}/{id}/rotate")
        {
            Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(json)),
        };
        request.Headers.TransferEncodingChunked = true;

        using var response = await Gateway.Http.SendAsync(request, Cancellation);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("active", await StateAsync(id));
        Assert.Equal(HttpStatusCode.OK, await UseAsync(text));
    }

    /// <summary>Some clients send it with every request.</summary>
    [Fact]
    public async Task Rotate_TypeWithoutBody_IsNoBody()
    {
        var (_, id) = await CreateAsync("""
            "name":"leaked","scopes":["read"]
            """);

        using var response = await Gateway.Http.PostAsync($"{Keys}/{id}/rotate", new StringContent("", null, "application/json"), Cancellation);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task Rotate_KeyWithALivingSuccessor_IsRefusedAndNamesIt()
    {
        var (_, id) = await CreateAsync("""
            "name":"agent","scopes":["read"]
            """);
        var first = (await SendAsync(HttpMethod.Post, $"{Keys}/{id}/rotate", """{"overlapSeconds":0}""")).Body.GetProperty("details");
        var successor = first.GetProperty("id").GetString()!;

        var again = await SendAsync(HttpMethod.Post, $"{Keys}/{id}/rotate");

        Assert.Equal((HttpStatusCode.Conflict, "already_rotated"), (again.Status, again.Body.GetProperty("code").GetString()));
        Assert.Contains(successor, again.Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var next = await SendAsync(HttpMethod.Post, $"{Keys}/{successor}/rotate");
        Assert.Equal(HttpStatusCode.Created, next.Status);
        Assert.False(next.Body.GetProperty("details").TryGetProperty("expiresAt", out _));
        await SendAsync(HttpMethod.Post, $"{Keys}/{successor}/revoke");
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Post, $"{Keys}/{id}/rotate")).Status);
    }

    [Fact]
    public async Task Rotate_KeyUntilTheEndOfTheCalendar_SuccessorEndsThereToo()
    {
        var (_, id) = await CreateAsync("""
            "name":"agent","scopes":["read"],"expiresAt":"9999-12-31T23:59:59Z"
            """);
        Clock.Advance(TimeSpan.FromDays(1));

        var rotated = await SendAsync(HttpMethod.Post, $"{Keys}/{id}/rotate");

        Assert.Equal(HttpStatusCode.Created, rotated.Status);
        Assert.StartsWith("9999-12-31T23:59:59", rotated.Body.GetProperty("details").GetProperty("expiresAt").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await UseAsync(rotated.Body.GetProperty("key").GetString()!));
    }

    [Fact]
    public async Task Create_MoreThanTheMakerMay_IsRefused()
    {
        var registrar = Gateway.Get<IApiKeyRegistrar>();
        var wanted = new ApiKeyDefinition { Name = "more", Scopes = ApiKeyScope.Write };

        var made = await registrar.CreateAsync(TenantId.Global, ApiKeyScope.Read | ApiKeyScope.Proxy, wanted, AuditActor.System, Cancellation);
        var (_, id) = await CreateAsync("""
            "name":"admin","scopes":["admin"]
            """);
        var rotated = await registrar.RotateAsync(TenantId.Global, ApiKeyScope.Read, Guid.Parse(id), null, null, AuditActor.System, Cancellation);

        Assert.Equal("not_granted", Assert.Single(made.Faults).Code);
        Assert.Equal("not_granted", Assert.Single(rotated.Faults).Code);
    }
}
