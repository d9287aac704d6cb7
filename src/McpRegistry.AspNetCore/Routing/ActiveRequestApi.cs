using System.Globalization;
using McpRegistry.AspNetCore.Auditing;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Gateway.Active;
using McpRegistry.Servers;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>Answers the requests about the calls that this replica has under way.</summary>
internal sealed class ActiveRequestApi(ActiveCallDesk desk, TimeProvider time)
{
    public async Task ListAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var page = PageQuery.Read(context.Request.Query, faults, static position => TryRead(position, out _));
        var named = context.Request.Query["server"];
        if (named.Count > 1 || (named.Count == 1 && !ServerAlias.IsWellFormed(named[0]!)))
        {
            faults.Add(new ValidationFault("server", "malformed", "The alias of one server is expected."));
        }

        if (faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var after = page.After is { } position && TryRead(position, out var number) ? number : 0;
        var rows = desk.Read(context.GetCaller(), named.Count == 0 ? null : named[0], after, page.Wanted).ToArray();
        var next = page.Next(rows, static row => row.Number.ToString(CultureInfo.InvariantCulture));
        var now = time.GetUtcNow();
        await context.WriteApiAsync(
            new ActiveRequestListView([.. rows.Take(page.Limit).Select(row => ActiveRequestView.Of(row, desk.IdOf(row), now))], next),
            RoutingJsonContext.Readable.ActiveRequestListView);
    }

    public async Task CancelAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (await desk.CancelAsync(context.GetCaller(), id, context.GetActor(), context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await Problem.NotFound("request").WriteAsync(context);
    }

    private static bool TryRead(string position, out long number) => long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
