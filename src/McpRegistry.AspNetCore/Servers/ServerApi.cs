using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Auditing;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Servers;

/// <summary>Answers the requests of <see cref="ServerEndpoints"/>.</summary>
internal sealed class ServerApi(IServerRegistrar registrar, ServerDefinitionValidator validator, ServerViewFactory views, AccessGate access)
{
    public async Task CreateAsync(HttpContext context)
    {
        if (context.GetCaller().Key is { AllowedServers.IsDefaultOrEmpty: false })
        {
            // The key reaches the servers that it names; what it registers would be none of them.
            await Problem.Forbidden().WriteAsync(context);
            return;
        }

        if (await ReadDefinitionAsync(context) is not { } definition)
        {
            return;
        }

        var result = await registrar.RegisterAsync(context.GetCaller().Tenant, definition, context.GetActor(), context.RequestAborted);
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
        var query = PageQuery.Read(context.Request.Query, faults, ServerAlias.IsWellFormed);
        if (faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var rows = await ReadableAsync(context.GetCaller(), query.After, query.Wanted, context.RequestAborted);
        var next = query.Next(rows, static row => row.Server.Alias);
        var servers = rows.Take(query.Limit).Select(row => views.Create(
            context, row.Server, row.Discovery is { } report ? DiscoveryViewFactory.Create(report, withCounts: false, withItems: false) : null));
        await context.WriteApiAsync(new ServerListView([.. servers], next), ServerJsonContext.Readable.ServerListView);
    }

    public async Task GetAsync(HttpContext context)
    {
        var include = context.Request.Query["include"];
        if (include.Count > 1 || include is [not "items"])
        {
            await Problem.Invalid([new ValidationFault("include", "unknown_value", "Only items can be included.")]).WriteAsync(context);
            return;
        }

        if (await FindAsync(context, AccessPermissions.Read) is not { } stored)
        {
            return;
        }

        var discovery = stored.Discovery is { } report
            ? DiscoveryViewFactory.Create(report, withCounts: true, withItems: include.Count == 1)
            : null;
        await WriteServerAsync(context, views.Create(context, stored.Server, discovery));
    }

    public async Task ReplaceAsync(HttpContext context)
    {
        if (await FindExpectedAsync(context, AccessPermissions.Write) is not { } stored)
        {
            return;
        }

        if (await ReadDefinitionAsync(context) is not { } definition)
        {
            return;
        }

        var result = await registrar.UpdateAsync(stored.Server.Tenant, stored.Server.Id, definition, EntityTag.BoundVersion(context.Request.Headers, stored.Server.Version), context.GetActor(), context.RequestAborted);
        if (!result.Succeeded)
        {
            await WriteProblems.Of(result).WriteAsync(context);
            return;
        }

        await WriteServerAsync(context, views.Create(context, result.Server, null));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        if (await FindExpectedAsync(context, AccessPermissions.Admin) is not { } stored)
        {
            return;
        }

        var result = await registrar.DeleteAsync(
            stored.Server.Tenant, stored.Server.Id, EntityTag.BoundVersion(context.Request.Headers, stored.Server.Version), context.GetActor(), context.RequestAborted);
        if (!result.Succeeded)
        {
            await WriteProblems.Of(result).WriteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task MaintainAsync(HttpContext context, bool begins)
    {
        if (await FindExpectedAsync(context, AccessPermissions.Write) is not { } stored)
        {
            return;
        }

        var result = await registrar.SetMaintenanceAsync(stored.Server.Tenant, stored.Server.Id, begins, context.GetActor(), context.RequestAborted);
        if (!result.Succeeded)
        {
            await WriteProblems.Of(result).WriteAsync(context);
            return;
        }

        await WriteServerAsync(context, views.Create(context, result.Server, null));
    }

    public async Task RefreshAsync(HttpContext context)
    {
        if (await FindAsync(context, AccessPermissions.Write) is not { } stored)
        {
            return;
        }

        if (await registrar.RefreshAsync(stored.Server.Tenant, stored.Server.Id, context.RequestAborted) is not { } report)
        {
            await Problem.NotFound(WriteProblems.Server).WriteAsync(context);
            return;
        }

        await context.WriteApiAsync(DiscoveryViewFactory.Create(report, withCounts: true, withItems: false), ServerJsonContext.Readable.DiscoveryView);
    }

    /// <summary>Finds the server that a route names, or answers why not and returns null. What a caller may not see does not exist.</summary>
    private async Task<StoredServer?> FindAsync(HttpContext context, AccessPermissions needed)
    {
        var caller = context.GetCaller();
        var stored = context.TryGetId(out var id) ? await registrar.FindAsync(caller.Tenant, id, context.RequestAborted) : null;
        if (stored is null || !May(caller, stored.Server, AccessPermissions.Read))
        {
            await Problem.NotFound(WriteProblems.Server).WriteAsync(context);
            return null;
        }

        if (!May(caller, stored.Server, needed))
        {
            await Problem.AccessDenied(WriteProblems.Server).WriteAsync(context);
            return null;
        }

        return stored;
    }

    /// <summary>Finds the server of the route in the version that the caller expects, or answers why not.</summary>
    private async Task<StoredServer?> FindExpectedAsync(HttpContext context, AccessPermissions needed)
    {
        if (await FindAsync(context, needed) is not { } stored)
        {
            return null;
        }

        if (EntityTag.Matches(context.Request.Headers, stored.Server.Version, out _))
        {
            return stored;
        }

        await Problem.Stale(WriteProblems.Server).WriteAsync(context);
        return null;
    }

    private bool May(Caller caller, RegisteredServer server, AccessPermissions needed) => access.Decide(caller, server, needed, McpMethod.Unknown).IsAllowed;

    /// <summary>Reads on until there are as many servers that the caller may see.</summary>
    private async Task<List<StoredServer>> ReadableAsync(Caller caller, string? after, int limit, CancellationToken cancellationToken)
    {
        var readable = new List<StoredServer>(limit);
        while (true)
        {
            var rows = await registrar.ListAsync(caller.Tenant, after, limit, cancellationToken);
            readable.AddRange(rows.Where(row => May(caller, row.Server, AccessPermissions.Read)).Take(limit - readable.Count));
            if (rows.Count < limit || readable.Count == limit)
            {
                return readable;
            }

            after = rows[^1].Server.Alias;
        }
    }

    private static Task WriteServerAsync(HttpContext context, ServerView view) =>
        context.WriteApiAsync(view, ServerJsonContext.Readable.ServerView, view.Version);

    private Task<ServerDefinition?> ReadDefinitionAsync(HttpContext context) => DefinitionBody.ReadAsync(
        context, DefinitionReader.Read, definition => new(validator.Validate(definition, ServerOrigin.Api).Faults));
}
