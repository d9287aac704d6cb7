using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Storage;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Core.Tests.AccessControl;

/// <summary>The rules of one registry, and samples of rules and callers.</summary>
internal sealed class AccessFixture
{
    private readonly AccessRules _rules;

    public AccessFixture(RegistrySnapshots snapshots, TimeProvider time, IAccessRuleStore? store = null)
    {
        Uses = new AccessRuleUses(Options.Create(new WriterOptions()), time, NullLogger<AccessRuleUses>.Instance, store);
        _rules = new AccessRules(snapshots, Uses, time, NullLogger<AccessRules>.Instance);
        Gate = new AccessGate(snapshots, _rules, time);
    }

    public AccessRuleUses Uses { get; }

    public AccessRules Rules => _rules;

    public AccessGate Gate { get; }

    public void Save(params AccessRule[] rules) => _rules.Save(rules);

    public void Remove(Guid id) => _rules.Remove(rule => rule.Id == id);

    public static AccessRule Rule(RegisteredServer server, AccessSubject subject, AccessPermissions permissions = AccessPermissions.Read | AccessPermissions.Proxy) => new()
    {
        Id = Guid.CreateVersion7(),
        Tenant = server.Tenant,
        ServerId = server.Id,
        Subject = subject,
        Permissions = permissions,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        Version = 1,
    };

    public static Caller Caller(TenantId tenant, Guid? user = null, Guid? key = null, ApiKeyScope scopes = ApiKeyScope.Read | ApiKeyScope.Write | ApiKeyScope.Proxy) =>
        new($"{tenant}:{user}:{key}", tenant, scopes) { UserId = user, KeyId = key };

    public static ApiKey Key(TenantId tenant) => new()
    {
        Id = Guid.CreateVersion7(),
        Tenant = tenant,
        Name = "k",
        LookupId = "l",
        Salt = new byte[1],
        Hash = new byte[1],
        LastFour = "abcd",
        Scopes = ApiKeyScope.Read | ApiKeyScope.Proxy,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Version = 1,
    };
}
