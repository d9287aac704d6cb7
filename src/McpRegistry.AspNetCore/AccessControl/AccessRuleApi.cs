using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Auditing;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.AccessControl;

/// <summary>Answers the requests about access rules.</summary>
internal sealed class AccessRuleApi(IAccessRuleRegistrar registrar, AccessRuleValidator validator, IAccessRuleStore store, RegistrySnapshots snapshots, AccessGate access)
{
    private const string Rule = "access rule";

    public async Task CreateAsync(HttpContext context)
    {
        if (await ReadAsync(context, null) is not { } definition)
        {
            return;
        }

        var caller = context.GetCaller();
        if (Refuse(caller, definition.ServerId) is not null)
        {
            // Told like a server that is not there, or the answers would say which ids exist.
            await (Sees(caller, definition.ServerId) ? Problem.AccessDenied("server") : NoServer()).WriteAsync(context);
            return;
        }

        var result = await registrar.AddAsync(caller.Tenant, definition, context.GetActor(), context.RequestAborted);
        if (result.Rule is not { } rule)
        {
            await ProblemOf(result).WriteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"{context.Request.PathBase}{AccessEndpoints.Path}/{rule.Id}";
        await WriteAsync(context, rule);
    }

    public async Task ListAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var page = PageQuery.ReadByIds(context.Request.Query, faults);
        var filter = AccessRuleFilter.Read(context.Request.Query, faults);
        if (faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var caller = context.GetCaller();
        if ((filter.ServerId is { } about ? Refuse(caller, about) : Refuse(caller)) is { } problem)
        {
            await problem.WriteAsync(context);
            return;
        }

        var rows = filter.ServerId is { } serverId
            ? await store.ListByServerAsync(caller.Tenant, serverId, page.AfterId, page.Wanted, context.RequestAborted)
            : await store.ListBySubjectAsync(caller.Tenant, filter.Subject!.Value, page.AfterId, page.Wanted, context.RequestAborted);
        var next = page.Next(rows, static rule => rule.Id.ToString("D"));
        await context.WriteApiAsync(
            new AccessRuleListView([.. rows.Take(page.Limit).Select(AccessRuleViewFactory.Create)], next), AccessJsonContext.Readable.AccessRuleListView);
    }

    public async Task GetAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } rule)
        {
            await WriteAsync(context, rule);
        }
    }

    public async Task ReplaceAsync(HttpContext context)
    {
        if (await FindExpectedAsync(context) is not { } rule)
        {
            return;
        }

        if (await ReadAsync(context, rule) is not { } definition)
        {
            return;
        }

        var caller = context.GetCaller();
        if (definition.ServerId != rule.ServerId && Refuse(caller, definition.ServerId) is not null)
        {
            await (Sees(caller, definition.ServerId) ? Problem.AccessDenied("server") : NoServer()).WriteAsync(context);
            return;
        }

        var result = await registrar.UpdateAsync(caller.Tenant, rule.Id, definition, EntityTag.BoundVersion(context.Request.Headers, rule.Version), context.GetActor(), context.RequestAborted);
        await (result.Rule is { } changed ? WriteAsync(context, changed) : ProblemOf(result).WriteAsync(context));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        if (await FindExpectedAsync(context) is not { } rule)
        {
            return;
        }

        var result = await registrar.DeleteAsync(
            context.GetCaller().Tenant, rule.Id, EntityTag.BoundVersion(context.Request.Headers, rule.Version), context.GetActor(), context.RequestAborted);
        if (result.Outcome != AccessRuleWriteOutcome.Success)
        {
            await ProblemOf(result).WriteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Finds the rule of the route in the version that the caller expects, or answers why not.</summary>
    private async Task<AccessRule?> FindExpectedAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } rule)
        {
            return null;
        }

        if (EntityTag.Matches(context.Request.Headers, rule.Version, out _))
        {
            return rule;
        }

        await Problem.Stale(Rule).WriteAsync(context);
        return null;
    }

    /// <summary>Finds the rule that a route names, or answers why not and returns null.</summary>
    private async Task<AccessRule?> FindAsync(HttpContext context)
    {
        var caller = context.GetCaller();
        var rule = context.TryGetId(out var id) ? await store.FindAsync(caller.Tenant, id, context.RequestAborted) : null;
        if (rule is null || Refuse(caller, rule.ServerId) is not null)
        {
            await (rule is not null && Sees(caller, rule.ServerId) ? Problem.AccessDenied("server") : Problem.NotFound(Rule)).WriteAsync(context);
            return null;
        }

        return rule;
    }

    private bool Sees(Caller caller, Guid serverId) =>
        snapshots.Current.Servers.TryGetValue(serverId, out var entry) && entry.Server.Tenant == caller.Tenant
        && access.Decide(caller, entry.Server, AccessPermissions.Read, McpMethod.Unknown).IsAllowed;

    private static Problem? Refuse(Caller caller) => caller.Scopes.Allows(ApiKeyScope.Admin) ? null : Problem.Forbidden();

    /// <summary>Whoever has the scope decides about everything in its tenant, others about what was given into their hands.</summary>
    private Problem? Refuse(Caller caller, Guid serverId)
    {
        var isBound = caller.Key is { AllowedServers.IsDefaultOrEmpty: false } key && !key.AllowedServers.Contains(serverId);
        return !isBound && (Refuse(caller) is null || IsPersonal(caller, serverId)) ? null : Sees(caller, serverId) ? Problem.AccessDenied("server") : Problem.NotFound("server");
    }

    private bool IsPersonal(Caller caller, Guid serverId) =>
        snapshots.Current.Servers.TryGetValue(serverId, out var entry)
        && access.Decide(caller, entry.Server, AccessPermissions.Admin, McpMethod.Unknown) is { IsAllowed: true, IsPersonal: true };

    private static Problem NoServer() => Problem.Invalid([new ValidationFault("serverId", "not_found", "There is no such server.")]);

    private static Problem ProblemOf(AccessRuleWriteResult result) => result.Outcome switch
    {
        AccessRuleWriteOutcome.Invalid => Problem.Invalid(result.Faults),
        AccessRuleWriteOutcome.NotFound => Problem.NotFound(Rule),
        _ => Problem.Stale(Rule),
    };

    private static Task WriteAsync(HttpContext context, AccessRule rule) =>
        context.WriteApiAsync(AccessRuleViewFactory.Create(rule), AccessJsonContext.Readable.AccessRuleView, rule.Version);

    private Task<AccessRuleDefinition?> ReadAsync(HttpContext context, AccessRule? existing)
    {
        var caller = context.GetCaller();
        return DefinitionBody.ReadAsync(
            context,
            AccessRuleReader.Read,
            async definition => MayDecide(caller, definition.ServerId, existing) ? await validator.ValidateAsync(caller.Tenant, definition, existing, context.RequestAborted) : [],
            static path => path.Split('.', '[')[0]);
    }

    /// <summary>Whoever may not make the rule learns what is wrong with its form alone: which ids there are is not theirs to know.</summary>
    private bool MayDecide(Caller caller, Guid serverId, AccessRule? existing) => serverId == existing?.ServerId || Refuse(caller, serverId) is null;
}
