using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Changes;

/// <summary>Answers <c>subscriptions/listen</c>: acknowledges, then tells of matching changes until the client hangs up.</summary>
internal sealed class ListenHandler(ChangeHub hub)
{
    private const string SubscriptionId = "io.modelcontextprotocol/subscriptionId";

    public async ValueTask<EmptyResult> ListenAsync(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        var filter = new ListenFilter((request.JsonRpcRequest.Params as JsonObject)?["notifications"] as JsonObject);
        var id = request.JsonRpcRequest.Id;

        // Listening begins before the acknowledgement, so that no change falls between the two.
        var changes = hub.Listen();
        try
        {
            await SendAsync(request.Server, id, "notifications/subscriptions/acknowledged", new JsonObject { ["notifications"] = filter.Granted }, cancellationToken);
            await foreach (var change in changes.Reader.ReadAllAsync(cancellationToken))
            {
                if (filter.Matches(change))
                {
                    await SendAsync(request.Server, id, change.Method, change.Content?.DeepClone() as JsonObject, cancellationToken);
                }
            }
        }
        finally
        {
            hub.Remove(changes);
        }

        return new EmptyResult { ResultType = "complete", Meta = new JsonObject { [SubscriptionId] = ToNode(id) } };
    }

    private static Task SendAsync(McpServer server, RequestId id, string method, JsonObject? content, CancellationToken cancellationToken)
    {
        content ??= [];
        content["_meta"] = new JsonObject { [SubscriptionId] = ToNode(id) };
        return server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = content }, cancellationToken);
    }

    private static JsonNode? ToNode(RequestId id) => JsonSerializer.SerializeToNode(id, McpJsonUtilities.DefaultOptions);
}
