using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.EndToEnd.Tests.ApiKeys;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.EndToEnd.Tests.Auditing;

/// <summary>Each change that a person makes over REST, or that the gateway makes by itself, is in the trail of its tenant.</summary>
public sealed class ChangeAuditTests : KeyTest
{
    private static readonly string[] OfTheRegistry = ["key", "access_rule", "tenant"];

    [Fact]
    public async Task Key_FromItsMakingToItsEnd_EachChangeHasAnEventWithoutItsSecret()
    {
        var (text, id) = await CreateAsync("""
            "name":"agent","scopes":["read"],"limitPerHour":10
            """);
        await SendAsync(HttpMethod.Post, Keys, """{"name":"agent","scopes":["read"]}""");
        await SendAsync(HttpMethod.Put, $"{Keys}/{id}", """{"name":"agent","scopes":["read"],"limitPerHour":20}""");
        for (var i = 0; i < 5; i++)
        {
            await UseAsync(WithWrongSecret(text));
        }

        await SendAsync(HttpMethod.Post, $"{Keys}/{id}/unlock");
        var rotated = await SendAsync(HttpMethod.Post, $"{Keys}/{id}/rotate");
        var successor = rotated.Body.GetProperty("details").GetProperty("id").GetString()!;
        await SendAsync(HttpMethod.Post, $"{Keys}/{id}/revoke", """{"reason":"left the team"}""");
        await SendAsync(HttpMethod.Post, $"{Keys}/{id}/revoke", """{"reason":"once more"}""");
        await SendAsync(HttpMethod.Post, $"{Keys}/{id}/rotate");
        await SendAsync(HttpMethod.Delete, $"{Keys}/{id}");

        var rows = (await TrailAsync(TenantId.Global)).Where(row => row.ResourceName != "bootstrap-admin").ToArray();

        Assert.Equal(
            [
                ("key.create", id, null), ("key.create", null, "conflict: name"), ("key.update", id, null), ("key.lock", id, null), ("key.unlock", id, null),
                ("key.create", successor, null), ("key.rotate", id, null), ("key.revoke", id, null), ("key.rotate", id, "revoked"), ("key.delete", id, null),
            ],
            rows.Select(row => (row.Action, row.ResourceId, row.ErrorMessage)));
        Assert.All(rows, row => Assert.Equal(row.Action == "key.lock" ? AuditActorKind.System : AuditActorKind.ApiKey, row.ActorKind));
        Assert.Equal(AuditSource.Security, rows[3].Source);
        Assert.Equal("""{"before":{"limitPerHour":10},"after":{"limitPerHour":20}}""", rows[2].Details);
        Assert.Equal(1, Member(rows[3], "after", "lockouts").GetInt32());
        Assert.Equal(successor, Member(rows[6], "after", "successor").GetString());
        Assert.Equal(id, Member(rows[5], "after", "rotatedFrom").GetString());
        Assert.Equal("left the team", Member(rows[7], "after", "revokedReason").GetString());
        var stored = (await Gateway.Get<IApiKeyStore>().FindAsync(TenantId.Global, Guid.Parse(successor), Cancellation))!.Key;
        var told = string.Concat(rows.Select(row => JsonSerializer.Serialize(row)));
        foreach (var secret in (string[])[text, text[^50..^7], rotated.Body.GetProperty("key").GetString()!, stored.LookupId, Convert.ToBase64String(stored.Hash.Span), Convert.ToBase64String(stored.Salt.Span)])
        {
            Assert.DoesNotContain(secret, told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bootstrap_MakesTheAdminKey_TellsWhatItMay()
    {
        var row = Assert.Single(await TrailAsync(TenantId.Global));

        Assert.Equal(("key.create", AuditActorKind.System, "bootstrap-admin"), (row.Action, row.ActorKind, row.ResourceName));
        Assert.Equal("Admin", Member(row, "after", "scopes").GetString());
        Assert.DoesNotContain(Hosting.GatewayHost.AdminKey, row.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AccessRule_MadeChangedRefusedAndDeleted_EachHasAnEvent()
    {
        var server = await Gateway.Get<IServerRegistrar>().RegisterAsync(
            TenantId.Global, new ServerDefinition { Name = "up", Alias = "up", Url = "http://127.0.0.1:9/" }, AuditActor.System, Cancellation);
        var (_, key) = await CreateAsync("""
            "name":"agent","scopes":["proxy"]
            """);
        var body = $$"""{"serverId":"{{server.Server!.Id}}","subject":{"kind":"api_key","id":"{{key}}"},"enabled":""";
        var made = await SendAsync(HttpMethod.Post, "/api/v1/access-rules", body + "true}");
        var id = made.Body.GetProperty("id").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, $"/api/v1/access-rules/{id}", body + "false}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, $"/api/v1/access-rules/{id}", body + """false,"timeZone":"Moon/Tycho"}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, $"/api/v1/access-rules/{id}")).Status);

        var rows = (await TrailAsync(TenantId.Global)).Where(row => row.ResourceType == "access_rule").ToArray();

        Assert.Equal(
            [("access_rule.create", true), ("access_rule.update", true), ("access_rule.update", false), ("access_rule.delete", true)],
            rows.Select(row => (row.Action, row.Success)));
        Assert.All(rows, row => Assert.Equal((id, AuditActorKind.ApiKey), (row.ResourceId, row.ActorKind)));
        Assert.Equal("""{"before":{"isActive":true},"after":{"isActive":false}}""", rows[1].Details);
        Assert.StartsWith("invalid: timeZone", rows[2].ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LimitReset_MadeAndRefused_EachHasAnEvent()
    {
        var (_, id) = await CreateAsync("""
            "name":"agent","scopes":["proxy"]
            """);
        var unknown = Guid.CreateVersion7();
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Post, "/api/v1/limits/reset", $$"""{"key":"{{id}}"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, "/api/v1/limits/reset", $$"""{"key":"{{unknown}}"}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Post, "/api/v1/limits/reset", """{"address":"192.0.2.1"}""")).Status);

        var rows = (await TrailAsync(TenantId.Global)).Where(row => row.Action == "limit.reset").ToArray();

        Assert.Equal(
            [("key", id, null, true), ("key", unknown.ToString(), null, false), ("address", rows[2].ResourceId, "192.0.2.1", true)],
            rows.Select(row => (row.ResourceType, row.ResourceId, row.ResourceName, row.Success)));
    }

    [Fact]
    public async Task Tenant_SuspendedWithAReason_IsInItsOwnTrail()
    {
        var made = await SendAsync(HttpMethod.Post, "/api/v1/tenants", """{"slug":"acme","name":"Acme"}""");
        var id = made.Body.GetProperty("id").GetString()!;
        var path = $"/api/v1/tenants/{id}";
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, $"{path}/suspend", """{"reason":"invoice 17 is open"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, $"{path}/resume")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Post, $"{path}/suspend", $$"""{"reason":"{{new string('x', 501)}}"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Post, $"{path}/suspend", """{"because":"x"}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, path)).Status);

        var rows = await TrailAsync(new TenantId(Guid.Parse(id)));

        Assert.Equal(
            [("tenant.create", true), ("tenant.update", true), ("tenant.update", true), ("tenant.update", false), ("tenant.delete", true)],
            rows.Select(row => (row.Action, row.Success)));
        Assert.Equal("""{"before":{"status":"Active"},"after":{"status":"Suspended"},"reason":"invoice 17 is open"}""", rows[1].Details);
        Assert.Equal("""{"before":{"status":"Suspended"},"after":{"status":"Active"}}""", rows[2].Details);
        Assert.Equal("invalid: reason too_long", rows[3].ErrorMessage);
    }

    private static JsonElement Member(AuditEvent row, string side, string name) =>
        JsonElement.Parse(row.Details).GetProperty(side).GetProperty(name);

    /// <summary>The same key with another secret and a checksum that fits, so that only the secret is wrong.</summary>
    private static string WithWrongSecret(string key)
    {
        var parts = key.Split('_');
        parts[3] = new string(parts[3][0] == 'A' ? 'B' : 'A', 1) + parts[3][1..];
        return ApiKeyFormat.Seal(string.Join('_', parts[..^1]));
    }

    private async Task<IReadOnlyList<AuditEvent>> TrailAsync(TenantId tenant)
    {
        await Gateway.Get<CallAuditWriter>().FlushAsync();
        Assert.True((await Gateway.Get<IAuditTrail>().VerifyAsync(tenant, AuditRange.All, Cancellation)).IsIntact);
        var rows = await Gateway.Get<IAuditStore>().ReadChainAsync(tenant, 0, null, 1000, Cancellation);
        return [.. rows.Select(row => row.Event).Where(row => OfTheRegistry.Contains(row.ResourceType) || row.Action == "limit.reset")];
    }
}
