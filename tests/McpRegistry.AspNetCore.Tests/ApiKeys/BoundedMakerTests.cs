using System.Net;
using McpRegistry.ApiKeys;

namespace McpRegistry.AspNetCore.Tests.ApiKeys;

/// <summary>A key with bounds makes, changes and rotates none that reaches further, itself neither.</summary>
public sealed class BoundedMakerTests
{
    private const string Keys = "/api/v1/keys";
    private const string Server = "01900000-0000-7000-8000-000000000001";
    private const string OtherServer = "01900000-0000-7000-8000-000000000002";

    private static readonly string Soon = $"{TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1):O}";
    private static readonly string Tomorrow = $"{TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1):O}";
    private static readonly string Later = $"{TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(2):O}";

    /// <summary>The members that bound the maker, what it asks for, and the fault.</summary>
    public static TheoryData<string, string, string?> Wishes => new()
    {
        { $"\"allowedServers\":[\"{Server}\"]", "", "allowedServers:not_granted" },
        { $"\"allowedServers\":[\"{Server}\"]", $"\"allowedServers\":[\"{Server}\",\"{OtherServer}\"]", "allowedServers:not_granted" },
        { $"\"allowedServers\":[\"{Server}\",\"{OtherServer}\"]", $"\"allowedServers\":[\"{OtherServer}\"]", null },
        { "\"allowedMethods\":[\"tools/list\"]", "", "allowedMethods:not_granted" },
        { "\"allowedMethods\":[\"tools/list\",\"tools/call\"]", "\"allowedMethods\":[\"tools/call\"]", null },
        { "\"allowedAddresses\":[\"127.0.0.0/8\"]", "", "allowedAddresses:not_granted" },
        { "\"allowedAddresses\":[\"127.0.0.0/8\"]", "\"allowedAddresses\":[\"127.0.0.1\",\"10.0.0.1\"]", "allowedAddresses:not_granted" },
        { "\"allowedAddresses\":[\"127.0.0.0/8\"]", "\"allowedAddresses\":[\"0.0.0.0/0\"]", "allowedAddresses:not_granted" },
        { "\"allowedAddresses\":[\"127.0.0.0/8\"]", "\"allowedAddresses\":[\"::/0\"]", "allowedAddresses:not_granted" },
        { "\"allowedAddresses\":[\"127.0.0.0/8\",\"2001:db8::/32\"]", "\"allowedAddresses\":[\"127.0.0.0/9\",\"::ffff:127.0.0.1\",\"2001:db8:1::/48\"]", null },
        { $"\"expiresAt\":\"{Tomorrow}\"", "", "expiresAt:not_granted" },
        { $"\"expiresAt\":\"{Tomorrow}\"", $"\"expiresAt\":\"{Later}\"", "expiresAt:not_granted" },
        { $"\"expiresAt\":\"{Tomorrow}\"", $"\"expiresAt\":\"{Soon}\"", null },
        { "\"limitPerHour\":1000", "", null },
    };

    [Theory]
    [MemberData(nameof(Wishes))]
    public async Task Key_ByABoundedMaker_IsBoundedAsWell(string bounds, string wish, string? fault)
    {
        await using var host = await GovernedHost.StartAsync();
        var (maker, own) = await AddAsync(host, "maker", bounds, GovernedHost.Admin);
        var (_, other) = await AddAsync(host, "other", "", GovernedHost.Admin);

        var made = await host.SendAsync(HttpMethod.Post, Keys, Body("made", wish), maker);
        var changed = await host.SendAsync(HttpMethod.Put, $"{Keys}/{other}", Body("other", wish), maker);
        var itself = await host.SendAsync(HttpMethod.Put, $"{Keys}/{own}", Body("maker", wish), maker);

        if (fault is null)
        {
            Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.OK), (made.Status, changed.Status, itself.Status));
        }
        else
        {
            Assert.All([made, changed, itself], answer => Assert.Equal([fault], answer.Faults));
        }
    }

    /// <summary>The answer to a rotation has the text of the new key.</summary>
    [Fact]
    public async Task Rotation_ByABoundedMaker_GivesNoKeyThatReachesFurther()
    {
        await using var host = await GovernedHost.StartAsync();
        var (maker, own) = await AddAsync(host, "maker", $"\"allowedServers\":[\"{Server}\"]", GovernedHost.Admin);
        var (brief, itself) = await AddAsync(host, "brief", $"\"expiresAt\":\"{Tomorrow}\"", GovernedHost.Admin);
        var (_, wide) = await AddAsync(host, "wide", "", GovernedHost.Admin);

        Assert.Equal(["allowedServers:not_granted"], (await RotateAsync(host, wide, maker)).Faults);
        Assert.Equal(["expiresAt:not_granted"], (await RotateAsync(host, wide, brief)).Faults);
        Assert.Equal(["expiresAt:not_granted"], (await RotateAsync(host, itself, brief)).Faults);
        Assert.Equal(HttpStatusCode.Created, (await RotateAsync(host, own, maker)).Status);
        Assert.Equal(HttpStatusCode.Created, (await RotateAsync(host, itself, GovernedHost.Admin)).Status);
    }

    private static Task<Answer> RotateAsync(GovernedHost host, string id, (string Name, string Value) caller) =>
        host.SendAsync(HttpMethod.Post, $"{Keys}/{id}/rotate", null, caller);

    private static async Task<((string Name, string Value) Header, string Id)> AddAsync(
        GovernedHost host, string name, string members, (string Name, string Value) caller)
    {
        var added = await host.SendAsync(HttpMethod.Post, Keys, Body(name, members), caller);
        Assert.True(added.Status == HttpStatusCode.Created, added.Body);
        return (("Authorization", "Bearer " + added.Json.GetProperty("key").GetString()), added.Json.GetProperty("details").GetProperty("id").GetString()!);
    }

    private static string Body(string name, string members) => $$"""{"name":"{{name}}","scopes":["admin"]{{(members.Length > 0 ? "," : "")}}{{members}}}""";
}
