using System.Diagnostics;
using System.Text;
using McpRegistry.Tenancy;

namespace McpRegistry.Configuration;

/// <summary>
/// One value of the system configuration. Its text form never shows a sensitive value, and stores leave such a value out
/// (<see cref="Value"/> is null) unless it is asked for by <see cref="ISystemConfigStore.RevealAsync"/>.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record SystemConfigEntry
{
    /// <summary>Gets the id of the row (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>
    /// Gets whose value it is: <see cref="TenantId.Global"/>, or the tenant that overrides it. When a tenant's configuration
    /// is read, this tells which of the two applies.
    /// </summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the key, unique for its owner (exact), 1 to 200 characters, for example <c>session.timeoutMinutes</c>.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// Gets the value: a JSON document without repeated members. Stores keep its values; white space and the order of members
    /// may change. Null where a sensitive value is left out; an update with null keeps the value that is stored.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Value { get; init; }

    /// <summary>Gets the text for people; null when there is none.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the group by which values are listed, 1 to 100 characters.</summary>
    public required string Category { get; init; }

    /// <summary>
    /// Gets a value that tells whether the value is a secret. An override of a sensitive value is sensitive, whatever it says
    /// itself; one that is written while the global value is sensitive stays so after the global one is gone. Default false.
    /// </summary>
    public bool IsSensitive { get; init; }

    /// <summary>
    /// Gets a value that tells whether the value may change while the host runs. A value that may not is neither updated nor
    /// overridden; a deployment deletes it and adds it anew. Default true.
    /// </summary>
    public bool IsRuntimeConfigurable { get; init; } = true;

    /// <summary>Gets who wrote the value last, for people; null when it is not known.</summary>
    public string? UpdatedBy { get; init; }

    /// <summary>Gets when the row was added, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the row last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Gets the concurrency token: the store raises it with every change and refuses an update that carries an older one.</summary>
    public long Version { get; init; }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Key)} = {Key}, {nameof(Tenant)} = {Tenant}, {nameof(Category)} = {Category}, ")
            .Append($"{nameof(Value)} = {(IsSensitive ? "***" : Value)}, {nameof(Version)} = {Version}");
        return true;
    }
}
