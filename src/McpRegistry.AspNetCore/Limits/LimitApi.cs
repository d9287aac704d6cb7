using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Auditing;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Tenancy;
using McpRegistry.Limits;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Limits;

/// <summary>Answers the requests of <see cref="LimitEndpoints"/>.</summary>
internal sealed class LimitApi(LimitDesk desk)
{
    public async Task GetAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var subject = LimitSubjectReader.Read(context.Request.Query, faults);
        if (subject is null || faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var caller = context.GetCaller();
        if (!LimitDesk.MayReach(caller.Tenant, subject) || await desk.ReadAsync(caller, subject, context.RequestAborted) is not { } status)
        {
            await Problem.NotFound(LimitKinds.Name(subject.Kind)).WriteAsync(context);
            return;
        }

        await context.WriteApiAsync(status, LimitJsonContext.Readable.LimitStatus);
    }

    public async Task GetOwnAsync(HttpContext context)
    {
        var status = await desk.ReadOwnAsync(context.GetCaller(), context.RequestAborted);
        await context.WriteApiAsync(status, LimitJsonContext.Readable.LimitStatus);
    }

    public Task ResetAsync(HttpContext context) => JsonBody.UseAsync(context, body => ResetAsync(context, body));

    private async Task ResetAsync(HttpContext context, JsonElement body)
    {
        var faults = new List<ValidationFault>();
        var subject = LimitSubjectReader.Read(body, faults);
        if (subject is null || faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var caller = context.GetCaller();
        if (IsOwnTenant(caller, subject))
        {
            // What the installation allows its tenant is not the tenant's to begin anew.
            await TenantProblems.InstallationOnly().WriteAsync(context);
            return;
        }

        if (!await desk.ResetAsync(caller, subject, context.GetActor(), context.RequestAborted))
        {
            await Problem.NotFound(LimitKinds.Name(subject.Kind)).WriteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static bool IsOwnTenant(Caller caller, LimitSubject subject) =>
        subject.Kind == LimitKind.Tenant && !caller.Tenant.IsGlobal && caller.Tenant.Value == subject.Id;
}
