using System.Security.Claims;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Tenancy;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Principals;

/// <summary>Makes the caller of a principal of the host: what the mapper says, the tenant of the request, and the stored user.</summary>
internal sealed class PrincipalAdmission(
    IPrincipalMapper mapper,
    TenantDirectory directory,
    TenantSelector selector,
    ExternalUsers users,
    UserProvisioner provisioner,
    LookupLimit limit,
    IOptions<PrincipalOptions> options)
{
    private readonly bool _requiresTenant = options.Value.RequireTenant;
    private readonly bool _provisions = options.Value.ProvisionUsers;

    /// <summary>Admits a principal, or says why not.</summary>
    /// <param name="context">The request.</param>
    /// <param name="principal">Who the host says it is.</param>
    /// <param name="endsAt">When its token or cookie ends; null when that is not known.</param>
    public async ValueTask<Admission> AdmitAsync(HttpContext context, ClaimsPrincipal principal, DateTimeOffset? endsAt)
    {
        if (await mapper.MapAsync(principal, context.RequestAborted) is not { } mapped)
        {
            return new Admission(null, new Problem(StatusCodes.Status403Forbidden, "Forbidden", "principal_unknown", "The gateway cannot tell who this is."));
        }

        var scopes = mapped.Scopes.Expand();
        var tenants = FindTenants(mapped);
        var selection = await selector.SelectAsync(context, tenants, scopes.Allows(ApiKeyScope.Admin));
        if (selection.Refusal is { } refusal)
        {
            // For the trail: that of the tenant where it is plain, else that of the installation.
            return new Admission(CallerIn(selection.IsOwn ? selection.Tenant : tenants.Count == 1 ? tenants[0] : TenantId.Global, null), refusal);
        }

        // Who acts for a tenant is no user of it, but of the global tenant.
        var home = selection.IsOwn ? selection.Tenant : TenantId.Global;
        var user = await FindUserAsync(home, mapped, context.RequestAborted);
        var caller = CallerIn(home, user);
        if (user is { IsActive: false })
        {
            return new Admission(caller, new Problem(StatusCodes.Status403Forbidden, "Forbidden", "user_inactive", "The user is not active; an administrator of the tenant can change that."));
        }

        return new Admission(
            selection.IsOwn ? caller : caller with { PrincipalId = IdIn(selection.Tenant), Tenant = selection.Tenant, UserId = null, AtHome = caller }, null);

        Caller CallerIn(TenantId tenant, User? known) =>
            new(IdIn(tenant), tenant, scopes) { UserId = known?.Id, Name = mapped.Name ?? known?.FullName, Role = known?.Role ?? mapped.Role, TicketEndsAt = endsAt };

        // Two issuers may use the same id for two people, and one person must not carry state from tenant to tenant.
        string IdIn(TenantId tenant) => $"{tenant}:{mapped.Issuer}:{mapped.Subject}";
    }

    /// <summary>A principal whose tenants are all unknown has none; only one that says nothing of tenants is of the global one.</summary>
    private List<TenantId> FindTenants(MappedPrincipal mapped)
    {
        var found = new List<TenantId>();
        if (mapped.Tenants.IsDefaultOrEmpty)
        {
            if (!_requiresTenant)
            {
                found.Add(TenantId.Global);
            }

            return found;
        }

        foreach (var text in mapped.Tenants)
        {
            if (directory.TryFind(text, out var tenant) && !found.Contains(tenant))
            {
                found.Add(tenant);
            }
        }

        return found;
    }

    private async ValueTask<User?> FindUserAsync(TenantId tenant, MappedPrincipal mapped, CancellationToken cancellationToken)
    {
        var user = await users.FindAsync(tenant, mapped.Issuer, mapped.Subject, cancellationToken);
        return user is null && _provisions
            ? await limit.AskAsync(
                token => provisioner.AddAsync(
                    tenant,
                    new NewExternalUser(mapped.Issuer, mapped.Subject, mapped.Username, mapped.Email, mapped.Name, mapped.Role ?? UserRole.User),
                    token),
                cancellationToken)
            : user;
    }
}
