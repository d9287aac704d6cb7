using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.EndToEnd.Tests.ApiKeys;

/// <summary>Guessing, tenants and addresses, as callers see them.</summary>
public sealed class KeyRefusalTests : KeyTest
{
    private const int Guessers = 50;

    [Fact]
    public async Task FiftyGuessers_OneKey_LocksItAloneUntilTheWindowIsOver()
    {
        var (text, id) = await CreateAsync("""
            "name":"target","scopes":["read"]
            """);
        var (neighbour, _) = await CreateAsync("""
            "name":"neighbour","scopes":["read"]
            """);

        var answers = await Task.WhenAll(Enumerable.Range(0, Guessers).Select(_ => UseAsync(WithOtherSecret(text))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer));
        Assert.Equal("locked", await StateAsync(id));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await UseAsync(text), await UseAsync(neighbour)));
        Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal((HttpStatusCode.OK, "active"), (await UseAsync(text), await StateAsync(id)));

        await Task.WhenAll(Enumerable.Range(0, Guessers).Select(_ => UseAsync(WithOtherSecret(text))));
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(text));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, $"{Keys}/{id}/unlock")).Status);
        Assert.Equal(HttpStatusCode.OK, await UseAsync(text));
    }

    [Fact]
    public async Task UnknownKeys_ManyFromOneAddress_AreAnswered429AndValidOnesThereWork()
    {
        var (text, _) = await CreateAsync("""
            "name":"behind the same proxy","scopes":["read"]
            """);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(ApiKeyFormat.Generate("test"), "203.0.113.7"));
        }

        var (status, body, headers) = await SendAsync(HttpMethod.Get, Keys, key: ApiKeyFormat.Generate("test"), address: "203.0.113.7");

        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_guesses"), (status, body.GetProperty("code").GetString()));
        Assert.InRange(headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, await UseAsync(text, "203.0.113.7"));
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(ApiKeyFormat.Generate("test"), "203.0.113.8"));
    }

    [Theory]
    [InlineData("203.0.113.0/24", "203.0.113.9", "203.0.114.9")]
    [InlineData("203.0.113.0/24", "::ffff:203.0.113.9", "::1")]
    [InlineData("2001:db8::/32", "2001:db8::9", "2001:db9::9")]
    public async Task AddressList_OtherAddress_Is403(string entry, string good, string bad)
    {
        var (text, _) = await CreateAsync($"\"name\":\"office\",\"scopes\":[\"read\"],\"allowedAddresses\":[\"{entry}\"]");

        var refused = await SendAsync(HttpMethod.Get, "/api/v1/servers", key: text, address: bad);

        Assert.Equal(HttpStatusCode.OK, await UseAsync(text, good));
        Assert.Equal((HttpStatusCode.Forbidden, "address_not_allowed"), (refused.Status, refused.Body.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task TenantSuspended_ItsKeys_AreRefusedAndSeeNothingOfOthers()
    {
        var tenants = Gateway.Get<ITenantStore>();
        var id = new TenantId(Guid.CreateVersion7());
        var tenant = (await tenants.AddAsync(
            new Tenant { Id = id, Slug = "acme", Name = "Acme", CreatedAt = Clock.GetUtcNow(), UpdatedAt = Clock.GetUtcNow() }, null, Cancellation)).Value!;
        var made = await Gateway.Get<IApiKeyRegistrar>().CreateAsync(
            id, ApiKeyScope.Admin, new ApiKeyDefinition { Name = "admin", Scopes = ApiKeyScope.Admin }, AuditActor.System, Cancellation);
        var (_, foreign) = await CreateAsync("""
            "name":"of another tenant","scopes":["read"]
            """);

        foreach (var (method, path) in ((HttpMethod, string)[])
            [(HttpMethod.Get, ""), (HttpMethod.Delete, ""), (HttpMethod.Post, "/revoke"), (HttpMethod.Post, "/rotate"), (HttpMethod.Post, "/unlock")])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(method, $"{Keys}/{foreign}{path}", key: made.Secret)).Status);
        }

        Assert.Equal(1, (await SendAsync(HttpMethod.Get, Keys, key: made.Secret)).Body.GetProperty("keys").GetArrayLength());
        await tenants.UpdateAsync(tenant with { Status = TenantStatus.Suspended }, null, Cancellation);

        // The change feed of the host tells the validator; there is no other signal to wait for. A request that is under way just then is cut off.
        await WaitAsync(
            async () =>
            {
                try
                {
                    return await UseAsync(made.Secret!) == HttpStatusCode.Unauthorized;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the key is refused");
        Assert.Equal("active", await StateAsync(foreign));
    }
}
