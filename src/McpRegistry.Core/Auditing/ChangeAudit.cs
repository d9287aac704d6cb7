using System.Collections.Immutable;
using System.Text.Json.Nodes;
using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>
/// Makes the audit events of changes. The event of a change that is made goes to the store with it and commits with it; that of
/// a refused one is written here, and the caller is answered when it is committed. A host without an audit store has none.
/// </summary>
internal sealed class ChangeAudit(TimeProvider time, IAuditWriter? writer = null, IAuditStore? store = null)
{
    /// <summary>Makes the event of a change.</summary>
    /// <param name="tenant">Whose trail.</param>
    /// <param name="actor">Who changes.</param>
    /// <param name="action">What is done, such as <c>server.update</c>.</param>
    /// <param name="resourceType">The kind of thing.</param>
    /// <param name="id">Its id; null when it has none yet.</param>
    /// <param name="name">Its name; null for none.</param>
    public AuditEvent Create(TenantId tenant, AuditActor actor, string action, string resourceType, string? id, string? name)
    {
        var now = time.GetUtcNow();
        return new AuditEvent
        {
            Id = Guid.CreateVersion7(now),
            Tenant = tenant,
            Source = AuditSource.Registry,
            OccurredAt = now,
            ActorKind = actor.Kind,
            ActorName = actor.Name,
            UserId = actor.UserId,
            ApiKeyId = actor.ApiKeyId,
            Roles = actor.Roles,
            Action = action,
            ResourceType = resourceType,
            ResourceId = id,
            ResourceName = name,
            RequestId = actor.RequestId,
            TraceId = actor.TraceId,
            IpAddress = actor.IpAddress,
            UserAgent = actor.UserAgent,
            Details = AuditDetails.Begin(actor.Principal).ToJsonString(),
        };
    }

    /// <summary>Writes that a change was refused, and waits for the commit. Whoever hangs up ends the wait, and not the event: nobody tries unseen.</summary>
    /// <param name="attempt">The event of the change, without its members.</param>
    /// <param name="reason">Why it was refused.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask RefusedAsync(AuditEvent attempt, string reason, CancellationToken cancellationToken)
    {
        var writing = WriteAsync(attempt with { Success = false, ErrorMessage = reason }, CancellationToken.None).AsTask();
        try
        {
            await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody waits for it any more; the writer logs and counts what it loses.
            _ = writing.ContinueWith(
                static lost => _ = lost.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Writes that something is done that no store keeps, and waits for the commit.</summary>
    public ValueTask DoneAsync(AuditEvent done, CancellationToken cancellationToken) => WriteAsync(done with { Success = true }, cancellationToken);

    /// <summary>Tells which members a change sets, and from what to what.</summary>
    /// <param name="actor">Who changes.</param>
    /// <param name="before">The members as they are, secrets left out; null for a new thing.</param>
    /// <param name="after">The members as they will be; null for a thing that goes.</param>
    /// <param name="reason">Why, in the words of whoever does it; null when nobody said.</param>
    public static string Describe(AuditActor actor, JsonObject? before, JsonObject? after, string? reason = null)
    {
        var names = (before ?? []).Concat(after ?? []).Select(static member => member.Key).Distinct(StringComparer.Ordinal)
            .Where(name => !JsonNode.DeepEquals(before?[name], after?[name]))
            .ToArray();
        var details = AuditDetails.Begin(actor.Principal);
        (details["before"], details["after"]) = (Pick(before, names), Pick(after, names));
        if (reason is not null)
        {
            details["reason"] = reason;
        }

        var text = details.ToJsonString();
        if (text.Length <= AuditDetails.MaxLength)
        {
            return text;
        }

        var rest = AuditDetails.Begin(actor.Principal);
        (rest["changed"], rest["tooLong"]) = (new JsonArray([.. names.Select(static name => (JsonNode)name)]), true);
        return rest.ToJsonString();
    }

    /// <summary>Puts values into a list; one that was never set is one of nothing.</summary>
    public static JsonArray List<T>(ImmutableArray<T> values) =>
        values.IsDefault ? [] : [.. values.Select(static value => (JsonNode?)JsonValue.Create(value))];

    private ValueTask WriteAsync(AuditEvent written, CancellationToken cancellationToken) =>
        writer is null || store is null ? ValueTask.CompletedTask : writer.WriteAsync(written, cancellationToken);

    private static JsonObject? Pick(JsonObject? members, string[] names) => members is null
        ? null
        : new JsonObject(names.Where(members.ContainsKey).Select(name => KeyValuePair.Create(name, members[name]?.DeepClone())));
}
