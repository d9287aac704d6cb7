using System.Text.Json.Nodes;
using McpRegistry.ConformanceServer.Changes;
using McpRegistry.ConformanceServer.Prompts;
using McpRegistry.ConformanceServer.Resources;
using McpRegistry.ConformanceServer.Tasks;
using McpRegistry.ConformanceServer.Tools;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Hosting;

/// <summary>Tells the SDK's server what it offers.</summary>
internal sealed class ServerDescription(ToolHandlers tools, TaskMethods tasks, ListenHandler listen)
{
    /// <summary>Describes a server.</summary>
    /// <param name="era">What it speaks; null for both.</param>
    /// <param name="watched">Where subscriptions of a session are kept.</param>
    public McpServerOptions Create(Era? era, WatchedResources watched)
    {
        var options = new McpServerOptions
        {
            ServerInfo = new Implementation { Name = "conformance-fixture", Title = "Conformance fixture", Version = "1.0.0" },
            ServerInstructions = "Tools, resources and prompts that the conformance scenarios ask for.",
            Capabilities = new ServerCapabilities
            {
                Tools = new ToolsCapability { ListChanged = true },
                Prompts = new PromptsCapability { ListChanged = true },
                Resources = new ResourcesCapability { ListChanged = true, Subscribe = true },
                Extensions = era == Era.Legacy ? null : new Dictionary<string, object>(StringComparer.Ordinal) { [TaskMethods.Extension] = new object() },
            },
            RequestHandlers = era == Era.Legacy ? null : [.. tasks.Handlers],
        };
        options.Handlers.ListToolsHandler = tools.ListAsync;
        options.Handlers.CallToolWithAlternateHandler = tools.CallAsync;
        options.Handlers.ListPromptsHandler = PromptHandlers.ListAsync;
        options.Handlers.GetPromptHandler = PromptHandlers.GetAsync;
        options.Handlers.CompleteHandler = PromptHandlers.CompleteAsync;
        options.Handlers.ListResourcesHandler = ResourceHandlers.ListAsync;
        options.Handlers.ListResourceTemplatesHandler = ResourceHandlers.ListTemplatesAsync;
        options.Handlers.ReadResourceHandler = ResourceHandlers.ReadAsync;
        options.Handlers.SubscribeToResourcesHandler = watched.SubscribeAsync;
        options.Handlers.UnsubscribeFromResourcesHandler = watched.UnsubscribeAsync;
        options.Handlers.SubscriptionsListenHandler = listen.ListenAsync;
        options.Filters.Message.OutgoingFilters.Add(DeclareLogging);
        return options;
    }

    // The SDK leaves it out of server/discover, and a client that goes by what is declared would never ask for logs.
    private static McpMessageHandler DeclareLogging(McpMessageHandler next) => (message, cancellationToken) =>
    {
        if (message.JsonRpcMessage is JsonRpcResponse { Result: JsonObject result } && result.ContainsKey("supportedVersions")
            && result["capabilities"] is JsonObject capabilities)
        {
            capabilities["logging"] = new JsonObject();
        }

        return next(message, cancellationToken);
    };
}
