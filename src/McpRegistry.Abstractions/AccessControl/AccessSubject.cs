using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>Whom an access rule is about: exactly one user, tenant or key.</summary>
/// <param name="Kind">What <paramref name="Id"/> names; <see cref="AccessSubjectKind.None"/> is refused by every store.</param>
/// <param name="Id">The id of the user, tenant or key.</param>
public readonly record struct AccessSubject(AccessSubjectKind Kind, Guid Id)
{
    /// <summary>Names a user.</summary>
    /// <param name="id">The id of the user.</param>
    /// <returns>The subject.</returns>
    public static AccessSubject ForUser(Guid id) => new(AccessSubjectKind.User, id);

    /// <summary>Names a tenant.</summary>
    /// <param name="tenant">The tenant; it need not be the one that owns the rule.</param>
    /// <returns>The subject.</returns>
    public static AccessSubject ForTenant(TenantId tenant) => new(AccessSubjectKind.Tenant, tenant.Value);

    /// <summary>Names a key.</summary>
    /// <param name="id">The id of the key.</param>
    /// <returns>The subject.</returns>
    public static AccessSubject ForApiKey(Guid id) => new(AccessSubjectKind.ApiKey, id);
}
