using McpRegistry.AspNetCore.Http;
using McpRegistry.Servers;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Servers;

/// <summary>The answers to changes that did not take place.</summary>
internal static class WriteProblems
{
    public const string Server = "server";

    public static Problem Of(ServerWriteResult result) => result.Outcome switch
    {
        ServerWriteOutcome.Invalid => Problem.Invalid(result.Faults),
        ServerWriteOutcome.NotFound => Problem.NotFound(Server),
        ServerWriteOutcome.Conflict => Problem.Taken(Server, result.ConflictField),
        ServerWriteOutcome.Stale => Problem.Stale(Server),
        ServerWriteOutcome.NotEditable => NotEditable(result.Server!),
        ServerWriteOutcome.LimitReached => LimitReached(),
        _ => throw new InvalidOperationException($"The outcome {result.Outcome} is no failure."),
    };

    private static Problem LimitReached() =>
        new(StatusCodes.Status409Conflict, "Limit reached", "limit_reached", "The tenant has as many servers as it may have; delete one, or ask an administrator of the installation for more.");

    private static Problem NotEditable(RegisteredServer server) =>
        new(StatusCodes.Status409Conflict, "Not editable", "not_editable", server.Origin == ServerOrigin.Code
            ? $"The server is declared in the code of the host with AddServer(\"{server.Alias}\", ...); change it there and restart the host."
            : $"The server is declared in the configuration of the host under {ConfiguredServers.SectionName}:{server.Alias}; change it there and restart the host.");
}
