using McpRegistry.AspNetCore.Auditing;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Routing;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>Answers the requests about routing rules. Each tenant has its own; those of the global one are in force for all.</summary>
internal sealed class RoutingRuleApi(IRoutingRuleRegistrar registrar, IRoutingRuleStore store, TimeProvider time)
{
    private const string Rule = "routing rule";

    public async Task CreateAsync(HttpContext context)
    {
        if (await RefuseAsync(context) || await ReadAsync(context) is not { } definition)
        {
            return;
        }

        var result = await registrar.AddAsync(context.GetCaller().Tenant, definition, context.GetActor(), context.RequestAborted);
        if (!result.Succeeded)
        {
            await ProblemOf(result).WriteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"{context.Request.PathBase}{RoutingEndpoints.Path}/{result.Rule.Id}";
        await WriteAsync(context, result.Rule);
    }

    public async Task ListAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var page = PageQuery.ReadByIds(context.Request.Query, faults);
        if (faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var rows = await store.ListAsync(context.GetCaller().Tenant, page.AfterId, page.Wanted, context.RequestAborted);
        var next = page.Next(rows, static rule => rule.Id.ToString("D"));
        await context.WriteApiAsync(new RoutingRuleListView([.. rows.Take(page.Limit).Select(RoutingRuleView.Of)], next), RoutingJsonContext.Readable.RoutingRuleListView);
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
        if (await RefuseAsync(context) || await FindExpectedAsync(context) is not { } rule)
        {
            return;
        }

        if (await ReadAsync(context) is not { } definition)
        {
            return;
        }

        var result = await registrar.UpdateAsync(rule.Tenant, rule.Id, definition, EntityTag.BoundVersion(context.Request.Headers, rule.Version), context.GetActor(), context.RequestAborted);
        await (result.Succeeded ? WriteAsync(context, result.Rule) : ProblemOf(result).WriteAsync(context));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        if (await RefuseAsync(context) || await FindExpectedAsync(context) is not { } rule)
        {
            return;
        }

        var result = await registrar.DeleteAsync(
            rule.Tenant, rule.Id, EntityTag.BoundVersion(context.Request.Headers, rule.Version), context.GetActor(), context.RequestAborted);
        if (!result.Succeeded)
        {
            await ProblemOf(result).WriteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>A key that reaches some servers only must not lead the calls of others to them.</summary>
    private static async Task<bool> RefuseAsync(HttpContext context)
    {
        if (context.GetCaller().Key is not { AllowedServers.IsDefaultOrEmpty: false })
        {
            return false;
        }

        await Problem.Forbidden().WriteAsync(context);
        return true;
    }

    private async Task<RoutingRule?> FindAsync(HttpContext context)
    {
        var rule = context.TryGetId(out var id) ? await store.FindAsync(context.GetCaller().Tenant, id, context.RequestAborted) : null;
        if (rule is null)
        {
            await Problem.NotFound(Rule).WriteAsync(context);
        }

        return rule;
    }

    /// <summary>Finds the rule of the route in the version that the caller expects, or answers why not.</summary>
    private async Task<RoutingRule?> FindExpectedAsync(HttpContext context)
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

    private static Problem ProblemOf(RoutingRuleWriteResult result) => result.Outcome switch
    {
        RoutingRuleWriteOutcome.Invalid => Problem.Invalid(result.Faults),
        RoutingRuleWriteOutcome.NotFound => Problem.NotFound(Rule),
        RoutingRuleWriteOutcome.Conflict => Problem.Taken(Rule, result.ConflictField),
        RoutingRuleWriteOutcome.LimitReached => new(
            StatusCodes.Status409Conflict, "Limit reached", "limit_reached", "The tenant has as many routing rules as it may have; delete one that is not needed."),
        _ => Problem.Stale(Rule),
    };

    private static Task WriteAsync(HttpContext context, RoutingRule rule) =>
        context.WriteApiAsync(RoutingRuleView.Of(rule), RoutingJsonContext.Readable.RoutingRuleView, rule.Version);

    private Task<RoutingRuleDefinition?> ReadAsync(HttpContext context) => DefinitionBody.ReadAsync(
        context,
        RoutingRuleReader.Read,
        definition => new(RoutingRuleValidator.Validate(RoutingRuleValidator.Create(context.GetCaller().Tenant, definition, time.GetUtcNow()), out _)),
        static path => path.Split('.', '[')[0]);
}
