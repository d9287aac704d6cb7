using System.Text.Json.Nodes;
using McpRegistry.Auditing;
using McpRegistry.Credentials;
using McpRegistry.Tenancy;

namespace McpRegistry.Servers;

/// <summary>Makes the audit events of servers. Values of environment variables, secrets and what follows a URL's path stay out of them.</summary>
internal sealed class ServerAudit(ChangeAudit changes)
{
    public AuditEvent Created(AuditActor actor, RegisteredServer server) => Create(server.Tenant, actor, "server.create", server.Id, server.Name) with
    {
        Details = ChangeAudit.Describe(actor, null, Members(server)),
    };

    public AuditEvent Updated(AuditActor actor, RegisteredServer before, RegisteredServer after) =>
        Create(after.Tenant, actor, "server.update", after.Id, after.Name) with { Details = ChangeAudit.Describe(actor, Members(before), Members(after)) };

    public AuditEvent Maintained(AuditActor actor, RegisteredServer before, RegisteredServer after) =>
        Create(after.Tenant, actor, MaintenanceAction(after.InMaintenance), after.Id, after.Name) with { Details = ChangeAudit.Describe(actor, Members(before), Members(after)) };

    public static string MaintenanceAction(bool begins) => begins ? "server.begin_maintenance" : "server.end_maintenance";

    public AuditEvent Deleted(AuditActor actor, RegisteredServer server) => Create(server.Tenant, actor, "server.delete", server.Id, server.Name) with
    {
        Details = ChangeAudit.Describe(actor, Members(server), null),
    };

    /// <summary>Writes that a change was refused, and gives back its result.</summary>
    /// <param name="tenant">Whose server.</param>
    /// <param name="actor">Who wanted the change.</param>
    /// <param name="action">Which.</param>
    /// <param name="id">The server; null for a new one.</param>
    /// <param name="name">Its name; null when it is not known.</param>
    /// <param name="result">The refusal.</param>
    /// <param name="cancellationToken">Ends the wait for the commit.</param>
    public async ValueTask<ServerWriteResult> RefusedAsync(
        TenantId tenant, AuditActor actor, string action, Guid? id, string? name, ServerWriteResult result, CancellationToken cancellationToken)
    {
        await changes.RefusedAsync(Create(tenant, actor, action, id, name), Reason(result), cancellationToken).ConfigureAwait(false);
        return result;
    }

    private AuditEvent Create(TenantId tenant, AuditActor actor, string action, Guid? id, string? name) =>
        changes.Create(tenant, actor, action, "server", id?.ToString(), name);

    private static string Reason(ServerWriteResult result) => result.Outcome switch
    {
        ServerWriteOutcome.Invalid => $"invalid: {string.Join(", ", result.Faults.Select(static fault => $"{fault.Path} {fault.Code}"))}",
        ServerWriteOutcome.Conflict => $"conflict: {result.ConflictField}",
        ServerWriteOutcome.NotFound => "not found",
        ServerWriteOutcome.NotEditable => "not editable",
        ServerWriteOutcome.LimitReached => "limit reached",
        _ => "stale",
    };

    private static JsonObject Members(RegisteredServer server) => new()
    {
        ["name"] = server.Name,
        ["alias"] = server.Alias,
        ["description"] = server.Description,
        ["tags"] = Texts(server.Tags),
        ["origin"] = server.Origin.ToString(),
        ["isolation"] = server.Isolation.ToString(),
        ["owner"] = server.Owner,
        ["visibility"] = server.Visibility.ToString(),
        ["enabled"] = server.Enabled,
        ["inMaintenance"] = server.InMaintenance,
        ["endpoints"] = new JsonArray([.. server.Endpoints.Select(Members)]),
        ["credential"] = CredentialAudit.Members(server.Credential),
    };

    private static JsonNode Members(ServerEndpoint endpoint) => new JsonObject
    {
        ["id"] = endpoint.Id,
        ["transport"] = endpoint.Transport.ToString(),
        ["url"] = WithoutQuery(endpoint.Url),
        ["command"] = endpoint.Command,
        ["arguments"] = endpoint.Arguments.Length,
        ["environment"] = Texts(endpoint.Environment.Keys.Order(StringComparer.Ordinal)),
        ["workingDirectory"] = endpoint.WorkingDirectory,
        ["weight"] = endpoint.Weight,
        ["zone"] = endpoint.Zone,
        ["era"] = endpoint.Era?.ToString(),
    };

    private static string? WithoutQuery(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : null;

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(static text => (JsonNode)text)];
}
