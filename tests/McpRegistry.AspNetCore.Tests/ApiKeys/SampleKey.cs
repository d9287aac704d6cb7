using McpRegistry.ApiKeys;

namespace McpRegistry.AspNetCore.Tests.ApiKeys;

/// <summary>A key as the store keeps it.</summary>
internal static class SampleKey
{
    public static ApiKey Of(ApiKeyScope scopes) => new()
    {
        Id = new Guid(1, 0, 0, new byte[8]),
        Name = "key",
        LookupId = "lookup",
        Salt = default,
        Hash = default,
        LastFour = "abcd",
        Scopes = scopes,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
