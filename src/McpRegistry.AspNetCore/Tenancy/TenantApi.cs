using McpRegistry.AspNetCore.Auditing;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>
/// Answers the requests of <see cref="TenantEndpoints"/>. Administrators of the global tenant see and change all tenants, those
/// of a tenant see their own, and for them there is no other.
/// </summary>
internal sealed class TenantApi(ITenantRegistrar registrar)
{
    public async Task CreateAsync(HttpContext context)
    {
        if (await ReadForInstallationAsync(context, isNew: true) is not { } definition)
        {
            return;
        }

        var result = await registrar.CreateAsync(definition, context.GetActor(), context.RequestAborted);
        if (!result.Succeeded)
        {
            await TenantProblems.Of(result).WriteAsync(context);
            return;
        }

        var view = TenantViewFactory.Create(context, result.Tenant);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = view.Urls.Self;
        await context.WriteApiAsync(view, TenantJsonContext.Readable.TenantView, view.Version);
    }

    public async Task ListAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var query = PageQuery.Read(context.Request.Query, faults, static slug => TenantSlug.IsWellFormed(slug));
        if (faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var rows = IsOfInstallation(context)
            ? await registrar.ListAsync(query.After, query.Wanted, context.RequestAborted)
            : await registrar.FindAsync(context.GetCaller().Tenant, context.RequestAborted) is { } own ? [own] : [];
        var next = query.Next(rows, static row => row.Slug);
        var views = rows.Take(query.Limit).Select(row => TenantViewFactory.Create(context, row));
        await context.WriteApiAsync(new TenantListView([.. views], next), TenantJsonContext.Readable.TenantListView);
    }

    public async Task GetAsync(HttpContext context)
    {
        var tenant = await FindAsync(context);
        if (tenant is null || (!IsOfInstallation(context) && tenant.Id != context.GetCaller().Tenant))
        {
            await Problem.NotFound(TenantProblems.Tenant).WriteAsync(context);
            return;
        }

        await WriteAsync(context, tenant);
    }

    public Task ReplaceAsync(HttpContext context) => ChangeAsync(context, async (tenant, version) =>
        await ReadAsync(context, isNew: false) is { } definition
            ? await registrar.UpdateAsync(tenant.Id, definition, version, context.GetActor(), context.RequestAborted)
            : null);

    public Task SuspendAsync(HttpContext context) => SetStatusAsync(context, TenantStatus.Suspended);

    public Task ResumeAsync(HttpContext context) => SetStatusAsync(context, TenantStatus.Active);

    public Task DeleteAsync(HttpContext context) => ChangeAsync(
        context, async (tenant, version) => await registrar.DeleteAsync(tenant.Id, version, context.GetActor(), context.RequestAborted), hasAnswer: false);

    private static bool IsOfInstallation(HttpContext context) => context.GetCaller().Tenant.IsGlobal;

    private static Task WriteAsync(HttpContext context, Tenant tenant) =>
        context.WriteApiAsync(TenantViewFactory.Create(context, tenant), TenantJsonContext.Readable.TenantView, tenant.Version);

    private Task SetStatusAsync(HttpContext context, TenantStatus status) => ChangeAsync(context, async (tenant, version) =>
    {
        if (tenant.Status == TenantStatus.Disabled)
        {
            await TenantProblems.Closed().WriteAsync(context);
            return null;
        }

        return await OptionalBody.ReadAsync(context, OptionalBody.Reason) is (true, var reason)
            ? await registrar.SetStatusAsync(tenant.Id, status, reason, version, context.GetActor(), context.RequestAborted)
            : null;
    });

    /// <param name="context">The request.</param>
    /// <param name="change">Makes the change, bound to a version unless that is null; returns null when it has answered.</param>
    /// <param name="hasAnswer">Whether the tenant is still there to be shown.</param>
    private async Task ChangeAsync(HttpContext context, Func<Tenant, long?, Task<TenantWriteResult?>> change, bool hasAnswer = true)
    {
        if (!IsOfInstallation(context))
        {
            await TenantProblems.InstallationOnly().WriteAsync(context);
            return;
        }

        if (await FindAsync(context) is not { } tenant)
        {
            await Problem.NotFound(TenantProblems.Tenant).WriteAsync(context);
            return;
        }

        if (!EntityTag.Matches(context.Request.Headers, tenant.Version, out var isBound))
        {
            await Problem.Stale(TenantProblems.Tenant).WriteAsync(context);
            return;
        }

        var result = await change(tenant, isBound ? tenant.Version : null);
        if (result is { Succeeded: false })
        {
            await TenantProblems.Of(result).WriteAsync(context);
        }
        else if (result is not null && hasAnswer)
        {
            await WriteAsync(context, result.Tenant!);
        }
        else if (result is not null)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private async ValueTask<Tenant?> FindAsync(HttpContext context)
    {
        if (context.TryGetId(out var id))
        {
            return await registrar.FindAsync(new TenantId(id), context.RequestAborted);
        }

        return context.GetRouteValue("id") is string slug && TenantSlug.IsWellFormed(slug)
            ? await registrar.FindBySlugAsync(slug, context.RequestAborted)
            : null;
    }

    private static async Task<TenantDefinition?> ReadForInstallationAsync(HttpContext context, bool isNew)
    {
        if (IsOfInstallation(context))
        {
            return await ReadAsync(context, isNew);
        }

        await TenantProblems.InstallationOnly().WriteAsync(context);
        return null;
    }

    private static Task<TenantDefinition?> ReadAsync(HttpContext context, bool isNew) => DefinitionBody.ReadAsync(
        context, TenantDefinitionReader.Read, definition => new(TenantDefinitionValidator.Validate(definition, isNew)));
}
