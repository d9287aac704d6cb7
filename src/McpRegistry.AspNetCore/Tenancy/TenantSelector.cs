using McpRegistry.AspNetCore.Http;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>Chooses the tenant of a request among those that its caller has. A tenant that is not active is refused.</summary>
internal sealed class TenantSelector(TenantDirectory directory, IEnumerable<ITenantResolver> resolvers, IOptions<TenantOptions> options)
{
    private readonly ITenantResolver[] _resolvers =
        [.. resolvers.OrderBy(static resolver => resolver is HostTenantResolver ? 2 : resolver is HeaderTenantResolver ? 1 : 0)];

    private readonly string? _header = options.Value.HeaderName is { Length: > 0 } header ? header : null;
    private readonly bool _adminsAct = options.Value.AdminsActForTenants;

    /// <summary>
    /// Chooses for a caller of one tenant, such as a key. Whoever vouched for the caller knows that the tenant is there, also
    /// where another replica has added it a moment ago.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="own">The tenant.</param>
    /// <param name="isAdmin">Whether the caller has the scope of administrators.</param>
    public async ValueTask<TenantSelection> SelectAsync(HttpContext context, TenantId own, bool isAdmin)
    {
        if (await ResolveAsync(context) is not { } choice)
        {
            return Admit(own, isOwn: true);
        }

        if (!directory.TryFind(choice, out var chosen))
        {
            return Refuse(TenantProblems.Unknown());
        }

        return chosen == own || (own.IsGlobal && MayAct(isAdmin)) ? Admit(chosen, chosen == own) : Refuse(TenantProblems.Unknown());
    }

    /// <summary>Chooses for a caller that may have several tenants.</summary>
    /// <param name="context">The request.</param>
    /// <param name="own">The tenants.</param>
    /// <param name="isAdmin">Whether the caller has the scope of administrators.</param>
    public async ValueTask<TenantSelection> SelectAsync(HttpContext context, IReadOnlyList<TenantId> own, bool isAdmin)
    {
        if (own.Count == 1)
        {
            return await SelectAsync(context, own[0], isAdmin);
        }

        if (own.Count == 0)
        {
            return Refuse(TenantProblems.Unknown());
        }

        if (await ResolveAsync(context) is not { } choice)
        {
            return Refuse(TenantProblems.Required(_header));
        }

        if (!directory.TryFind(choice, out var chosen))
        {
            return Refuse(TenantProblems.Unknown());
        }

        var isOwn = own.Contains(chosen);
        return isOwn || (own.Contains(TenantId.Global) && MayAct(isAdmin)) ? Admit(chosen, isOwn) : Refuse(TenantProblems.Unknown());
    }

    private static TenantSelection Refuse(Problem problem) => new(default, problem, IsOwn: false);

    private bool MayAct(bool isAdmin) => _adminsAct && isAdmin;

    private TenantSelection Admit(TenantId tenant, bool isOwn)
    {
        var status = directory.GetStatus(tenant);
        return new TenantSelection(tenant, status is null && isOwn ? null : TenantProblems.OfStatus(status), isOwn);
    }

    private async ValueTask<string?> ResolveAsync(HttpContext context)
    {
        foreach (var resolver in _resolvers)
        {
            if (await resolver.ResolveAsync(context, context.RequestAborted) is { } choice)
            {
                return choice;
            }
        }

        return null;
    }
}
