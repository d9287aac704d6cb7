using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Credentials;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Servers;

/// <summary>Turns servers into answers, with their live condition and without secrets.</summary>
internal sealed class ServerViewFactory(IServerSupervisor supervisor, AccessGate access)
{
    private const string McpPath = "/mcp/";

    public ServerView Create(HttpContext context, RegisteredServer server, DiscoveryView? discovery) => new(
        server.Id,
        server.Name,
        server.Alias,
        WireNames<ServerOrigin>.Of(server.Origin),
        CreateDefinition(server, MayChange(context.GetCaller(), server)),
        [.. server.Endpoints.Select(static endpoint => endpoint.Id)],
        CreateCondition(server),
        discovery,
        server.Version,
        server.CreatedAt,
        server.UpdatedAt,
        new UrlsView(context.Request.PathBase + ServerEndpoints.Path + $"/{server.Id}", context.Request.PathBase + McpPath + server.Alias));

    private static DefinitionView CreateDefinition(RegisteredServer server, bool isWhole) => new(
        server.Name,
        server.Alias,
        server.Description,
        server.Tags,
        WireNames<SessionIsolation>.Of(server.Isolation),
        server.Enabled,
        [.. server.Endpoints.Select(endpoint => CreateEndpoint(endpoint, isWhole))],
        CredentialView.Of(server.Credential));

    private static EndpointView CreateEndpoint(ServerEndpoint endpoint, bool isWhole)
    {
        var isProcess = endpoint.Transport == TransportKind.Stdio;
        return new EndpointView(
            WireNames<TransportKind>.Of(endpoint.Transport),
            isWhole ? endpoint.Url : MaskedPlace.Url(endpoint.Url),
            endpoint.Command,
            isProcess ? isWhole ? endpoint.Arguments : MaskedPlace.Arguments(endpoint.Arguments) : null,
            isProcess ? endpoint.Environment.Keys.Order(StringComparer.Ordinal).ToDictionary(static name => name, static _ => MaskedEnvironment.Mask, StringComparer.Ordinal) : null,
            endpoint.WorkingDirectory,
            endpoint.Weight,
            endpoint.Zone,
            endpoint.Era is { } era ? WireNames<ProtocolEra>.Of(era) : null);
    }

    private bool MayChange(Caller caller, RegisteredServer server) =>
        caller.Scopes.Allows(ApiKeyScope.Write) && access.Decide(caller, server, AccessPermissions.Write, McpMethod.Unknown).IsAllowed;

    private ConditionView CreateCondition(RegisteredServer server) =>
        server.InMaintenance ? new ConditionView(WireNames<ServerHealth>.Of(ServerHealth.Maintenance), FaultReasons.Maintenance, "The server is in maintenance.", null)
        : supervisor.GetCondition(server.Tenant, server.Id) is { } condition
            ? new ConditionView(WireNames<ServerHealth>.Of(condition.Health), condition.Fault?.Reason, condition.Fault?.Message, condition.Since)
            : new ConditionView(WireNames<ServerHealth>.Of(ServerHealth.Unknown), FaultReasons.Pending, null, null);
}
