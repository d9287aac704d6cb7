using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Auditing;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Resilience;
using McpRegistry.Snapshots;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Resilience;

/// <summary>Answers the requests about circuit breakers, by what this replica knows of the endpoints of the caller's tenant.</summary>
internal sealed class CircuitBreakerApi(CircuitBreakerDesk desk, RegistrySnapshots snapshots)
{
    private const string Breaker = "circuit breaker";

    public async Task ListAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var page = PageQuery.ReadByIds(context.Request.Query, faults);
        if (faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var after = page.AfterId ?? Guid.Empty;
        var caller = context.GetCaller();
        var rows = desk.List(caller.Tenant)
            .Where(breaker => caller.MayReach(breaker.ServerId) && breaker.EndpointId.CompareTo(after) > 0)
            .Take(page.Wanted)
            .ToArray();
        var next = page.Next(rows, static breaker => breaker.EndpointId.ToString("D"));
        await context.WriteApiAsync(
            new CircuitBreakerListView([.. rows.Take(page.Limit).Select(ViewOf)], next), ResilienceJsonContext.Readable.CircuitBreakerListView);
    }

    public async Task GetAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } breaker)
        {
            await context.WriteApiAsync(ViewOf(breaker), ResilienceJsonContext.Readable.CircuitBreakerView);
        }
    }

    public async Task ActAsync(HttpContext context, CircuitAction action)
    {
        if (await FindAsync(context) is not { } breaker)
        {
            return;
        }

        var (isRead, reason) = await OptionalBody.ReadAsync(context, OptionalBody.Reason);
        if (!isRead)
        {
            return;
        }

        if (reason is { Length: > CircuitBreakerView.MaxReasonLength })
        {
            await Problem.Invalid([new ValidationFault("reason", "too_long", $"A reason has at most {CircuitBreakerView.MaxReasonLength} characters.")]).WriteAsync(context);
            return;
        }

        if (!await desk.ActAsync(breaker, action, reason, context.GetActor(), context.RequestAborted))
        {
            await Problem.NotFound(Breaker).WriteAsync(context);
            return;
        }

        await context.WriteApiAsync(ViewOf(breaker), ResilienceJsonContext.Readable.CircuitBreakerView);
    }

    private CircuitBreakerView ViewOf(EndpointBreaker breaker) =>
        CircuitBreakerView.Of(breaker, snapshots.Current.Servers.GetValueOrDefault(breaker.ServerId)?.Server.Alias);

    private async Task<EndpointBreaker?> FindAsync(HttpContext context)
    {
        var caller = context.GetCaller();
        var breaker = context.TryGetId(out var id) ? desk.Find(caller.Tenant, id) : null;
        if (breaker is null || !caller.MayReach(breaker.ServerId))
        {
            await Problem.NotFound(Breaker).WriteAsync(context);
            return null;
        }

        return breaker;
    }
}
