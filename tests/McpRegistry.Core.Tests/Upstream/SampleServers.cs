using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Servers as the store keeps them.</summary>
internal static class SampleServers
{
    private static int _last;

    public static RegisteredServer Of(
        string serverAlias, TransportKind transport = TransportKind.StreamableHttp, string url = "http://127.0.0.1:1/mcp", TenantId tenant = default) => new()
        {
            Id = NextId(),
            Tenant = tenant,
            Name = serverAlias,
            Alias = serverAlias,
            Endpoints = [new ServerEndpoint { Id = NextId(), Transport = transport, Url = url }],
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        };

    private static Guid NextId() => new(Interlocked.Increment(ref _last), 0, 0, new byte[8]);
}
