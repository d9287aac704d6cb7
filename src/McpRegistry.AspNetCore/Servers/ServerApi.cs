using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.AspNetCore.Servers;

/// <summary>Answers the requests of <see cref="ServerEndpoints"/>.</summary>
internal sealed class ServerApi(IServerRegistrar registrar, ServerDefinitionValidator validator, ServerViewFactory views)
{
    public async Task CreateAsync(HttpContext context)
    {
        if (await ReadDefinitionAsync(context) is not { } definition)
        {
            return;
        }

        var result = await registrar.RegisterAsync(GetTenant(context), definition, context.RequestAborted);
        if (!result.Succeeded)
        {
            await WriteProblems.Of(result).WriteAsync(context);
            return;
        }

        var view = views.Create(context, result.Server, null);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = view.Urls.Self;
        await WriteServerAsync(context, view);
    }

    public async Task ListAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var query = ListQuery.Read(context.Request.Query, faults);
        if (faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        // One row more than asked for tells whether there is a next page.
        var rows = await registrar.ListAsync(GetTenant(context), query.AfterAlias, query.Limit + 1, context.RequestAborted);
        var next = rows.Count > query.Limit ? ListQuery.Encode(rows[query.Limit - 1].Server.Alias) : null;
        var servers = rows.Take(query.Limit).Select(row => views.Create(
            context, row.Server, row.Discovery is { } report ? DiscoveryViewFactory.Create(report, withCounts: false, withItems: false) : null));
        SetHeaders(context.Response.Headers);
        await context.Response.WriteAsJsonAsync(
            new ServerListView([.. servers], next), ServerJsonContext.Readable.ServerListView, null, context.RequestAborted);
    }

    public async Task GetAsync(HttpContext context)
    {
        var include = context.Request.Query["include"];
        if (include.Count > 1 || include is [not "items"])
        {
            await Problem.Invalid([new ValidationFault("include", "unknown_value", "Only items can be included.")]).WriteAsync(context);
            return;
        }

        if (!TryGetId(context, out var id) || await registrar.FindAsync(GetTenant(context), id, context.RequestAborted) is not { } stored)
        {
            await Problem.NotFound().WriteAsync(context);
            return;
        }

        var discovery = stored.Discovery is { } report
            ? DiscoveryViewFactory.Create(report, withCounts: true, withItems: include.Count == 1)
            : null;
        await WriteServerAsync(context, views.Create(context, stored.Server, discovery));
    }

    public async Task ReplaceAsync(HttpContext context)
    {
        var tenant = GetTenant(context);
        if (!TryGetId(context, out var id) || await registrar.FindAsync(tenant, id, context.RequestAborted) is not { } stored)
        {
            await Problem.NotFound().WriteAsync(context);
            return;
        }

        if (!EntityTag.Matches(context.Request.Headers, stored.Server.Version, out var isBound))
        {
            await WriteProblems.Stale().WriteAsync(context);
            return;
        }

        if (await ReadDefinitionAsync(context) is not { } definition)
        {
            return;
        }

        var result = await registrar.UpdateAsync(tenant, id, definition, isBound ? stored.Server.Version : null, context.RequestAborted);
        if (!result.Succeeded)
        {
            await WriteProblems.Of(result).WriteAsync(context);
            return;
        }

        await WriteServerAsync(context, views.Create(context, result.Server, null));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var result = TryGetId(context, out var id)
            ? await registrar.DeleteAsync(GetTenant(context), id, context.RequestAborted)
            : ServerWriteResult.NotFound();
        if (!result.Succeeded)
        {
            await WriteProblems.Of(result).WriteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task RefreshAsync(HttpContext context)
    {
        if (!TryGetId(context, out var id) || await registrar.RefreshAsync(GetTenant(context), id, context.RequestAborted) is not { } report)
        {
            await Problem.NotFound().WriteAsync(context);
            return;
        }

        SetHeaders(context.Response.Headers);
        await context.Response.WriteAsJsonAsync(
            DiscoveryViewFactory.Create(report, withCounts: true, withItems: false), ServerJsonContext.Readable.DiscoveryView, null, context.RequestAborted);
    }

    private static TenantId GetTenant(HttpContext context) =>
        context.User.GetCaller() is { } caller ? caller.Tenant : throw new InvalidOperationException("The endpoint was mapped without its policy.");

    private static bool TryGetId(HttpContext context, out Guid id) =>
        Guid.TryParseExact(context.GetRouteValue("id") as string, "D", out id);

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
    }

    private static Task WriteServerAsync(HttpContext context, ServerView view)
    {
        context.Response.Headers.ETag = EntityTag.Of(view.Version);
        SetHeaders(context.Response.Headers);
        return context.Response.WriteAsJsonAsync(view, ServerJsonContext.Readable.ServerView, null, context.RequestAborted);
    }

    /// <summary>Reads the body, or answers what is wrong with it and returns null.</summary>
    private async Task<ServerDefinition?> ReadDefinitionAsync(HttpContext context)
    {
        var (document, problem) = await JsonBody.ReadAsync(context);
        using (document)
        {
            if (document is null)
            {
                await problem!.WriteAsync(context);
                return null;
            }

            var faults = new List<ValidationFault>();
            var definition = DefinitionReader.Read(document.RootElement, faults);
            if (faults.Count == 0)
            {
                return definition;
            }

            // The rules speak too, so that one answer has all; about a member that could not be read they would mislead.
            var reported = faults.Select(static fault => fault.Path).ToHashSet(StringComparer.Ordinal);
            faults.AddRange(validator.Validate(definition, ServerOrigin.Api).Faults.Where(fault => !reported.Contains(fault.Path)));
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return null;
        }
    }
}
