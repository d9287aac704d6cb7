using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Servers;

/// <summary>The outcome of a change of the registry.</summary>
public sealed class ServerWriteResult
{
    private ServerWriteResult(ServerWriteOutcome outcome) => Outcome = outcome;

    /// <summary>Gets what happened.</summary>
    public ServerWriteOutcome Outcome { get; }

    /// <summary>Gets a value that tells whether the change took place.</summary>
    [MemberNotNullWhen(true, nameof(Server))]
    public bool Succeeded => Outcome == ServerWriteOutcome.Success;

    /// <summary>
    /// Gets the server as stored (after a deletion: as it was) when <see cref="Succeeded"/>, and the server as it is when
    /// it is not editable; null otherwise.
    /// </summary>
    public RegisteredServer? Server { get; private init; }

    /// <summary>Gets every fault of the definition when the outcome is <see cref="ServerWriteOutcome.Invalid"/>; else empty.</summary>
    public ImmutableArray<ValidationFault> Faults { get; private init; } = [];

    /// <summary>Gets the member whose value is taken, in camel case, when the outcome is a conflict.</summary>
    public string? ConflictField { get; private init; }

    /// <summary>The change took place.</summary>
    /// <param name="server">The server as stored, or as it was before its deletion.</param>
    /// <returns>The result.</returns>
    public static ServerWriteResult Success(RegisteredServer server) => new(ServerWriteOutcome.Success) { Server = server };

    /// <summary>The definition has faults.</summary>
    /// <param name="faults">All of them.</param>
    /// <returns>The result.</returns>
    public static ServerWriteResult Invalid(ImmutableArray<ValidationFault> faults) => new(ServerWriteOutcome.Invalid) { Faults = faults };

    /// <summary>The tenant has no such server.</summary>
    /// <returns>The result.</returns>
    public static ServerWriteResult NotFound() => new(ServerWriteOutcome.NotFound);

    /// <summary>Another server has this value already.</summary>
    /// <param name="field">The member, in camel case.</param>
    /// <returns>The result.</returns>
    public static ServerWriteResult Conflict(string? field) => new(ServerWriteOutcome.Conflict) { ConflictField = field };

    /// <summary>The server changed since the caller read it.</summary>
    /// <returns>The result.</returns>
    public static ServerWriteResult Stale() => new(ServerWriteOutcome.Stale);

    /// <summary>The server is declared in configuration or code.</summary>
    /// <param name="server">The server as it is.</param>
    /// <returns>The result.</returns>
    public static ServerWriteResult NotEditable(RegisteredServer server) => new(ServerWriteOutcome.NotEditable) { Server = server };

    /// <summary>The tenant has as many servers as it may have.</summary>
    /// <returns>The result.</returns>
    public static ServerWriteResult LimitReached() => new(ServerWriteOutcome.LimitReached);
}
