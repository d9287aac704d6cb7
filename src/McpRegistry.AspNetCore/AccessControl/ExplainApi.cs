using System.Text.Json;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Discovery;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.AccessControl;

/// <summary>Answers what would decide about a call, without one.</summary>
internal sealed class ExplainApi(AccessExplainer explainer, IApiKeyStore keys, IUserStore users, TimeProvider time)
{
    public Task ExplainAsync(HttpContext context) => JsonBody.UseAsync(context, body => ExplainAsync(context, body));

    private async Task ExplainAsync(HttpContext context, JsonElement body)
    {
        var faults = new List<ValidationFault>();
        var request = ExplainReader.Read(body, time.GetUtcNow(), faults);
        var asker = context.GetCaller();
        var (subject, state) = await FindAsync(asker, request, faults, context.RequestAborted);
        var server = request.Server.Length == 0 ? null : explainer.FindServer(asker.Tenant, subject, request.Server, request.At);
        if (server is null && request.Server.Length > 0)
        {
            faults.Add(new ValidationFault("server", "not_found", "There is no such server."));
        }

        await (faults.Count > 0
            ? Problem.Invalid([.. faults]).WriteAsync(context)
            : AnswerAsync(context, request, asker, subject!, state, server!));
    }

    private async Task AnswerAsync(HttpContext context, ExplainRequest request, Caller asker, Caller subject, CallerState state, ServerEntry server)
    {
        var explanation = await explainer.ExplainAsync(
            subject, state, request.Subject?.Kind != AccessSubjectKind.User, server.Server, GovernedMethods.Find(request.Method), request.At, context.RequestAborted);
        await context.WriteApiAsync(
            AccessRuleViewFactory.Create(explanation, request, subject, server.Server, Knows(server, request.Tool), asker.Tenant),
            AccessJsonContext.Readable.ExplanationView);
    }

    private async Task<(Caller? Caller, CallerState State)> FindAsync(
        Caller asker, ExplainRequest request, List<ValidationFault> faults, CancellationToken cancellationToken)
    {
        var subject = request.Subject;
        switch (subject?.Kind)
        {
            case null:
                return (asker, CallerState.Active);
            case AccessSubjectKind.ApiKey when await keys.FindAsync(asker.Tenant, subject.Value.Id, cancellationToken) is { } stored:
                return (Caller.Of(new ApiKeyGrant(stored.Key, null)), await explainer.StateOfAsync(stored, request.At, cancellationToken));
            case AccessSubjectKind.User when await users.FindAsync(asker.Tenant, subject.Value.Id, cancellationToken) is { } user:
                var caller = new Caller($"user:{user.Id}", asker.Tenant, ApiKeyScope.Read | ApiKeyScope.Write | ApiKeyScope.Proxy) { UserId = user.Id };
                return (caller, user.IsActive ? CallerState.Active : CallerState.UserInactive);
            case AccessSubjectKind.ApiKey:
                faults.Add(new ValidationFault("keyId", "not_found", "There is no such key."));
                return default;
            default:
                faults.Add(new ValidationFault("userId", "not_found", "There is no such user."));
                return default;
        }
    }

    private static bool? Knows(ServerEntry server, string? tool) => tool is null
        ? null
        : server.Report?.Items.Any(item => item.Kind == CatalogueItemKind.Tool && string.Equals(item.Key, tool, StringComparison.Ordinal)) == true;
}
