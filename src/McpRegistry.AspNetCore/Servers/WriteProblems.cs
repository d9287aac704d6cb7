using McpRegistry.AspNetCore.Http;
using McpRegistry.Servers;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Servers;

/// <summary>The answers to changes that did not take place.</summary>
internal static class WriteProblems
{
    public static Problem Of(ServerWriteResult result) => result.Outcome switch
    {
        ServerWriteOutcome.Invalid => Problem.Invalid(result.Faults),
        ServerWriteOutcome.NotFound => Problem.NotFound(),
        ServerWriteOutcome.Conflict => new Problem(StatusCodes.Status409Conflict, "Conflict", "conflict", $"Another server has the same {result.ConflictField}; choose another one.")
        {
            Errors = result.ConflictField is { } field ? [new ValidationFault(field, "taken", $"The {field} is taken by another server.")] : null,
        },
        ServerWriteOutcome.Stale => Stale(),
        ServerWriteOutcome.NotEditable => NotEditable(result.Server!),
        _ => throw new InvalidOperationException($"The outcome {result.Outcome} is no failure."),
    };

    public static Problem Stale() =>
        new(StatusCodes.Status412PreconditionFailed, "Precondition failed", "stale", "The server has changed since it was read; read it again and repeat the change.");

    private static Problem NotEditable(RegisteredServer server) =>
        new(StatusCodes.Status409Conflict, "Not editable", "not_editable", server.Origin == ServerOrigin.Code
            ? $"The server is declared in the code of the host with AddServer(\"{server.Alias}\", ...); change it there and restart the host."
            : $"The server is declared in the configuration of the host under {ConfiguredServers.SectionName}:{server.Alias}; change it there and restart the host.");
}
