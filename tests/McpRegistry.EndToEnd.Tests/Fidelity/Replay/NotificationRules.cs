using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>Which notifications of a server reach the client, and as what.</summary>
internal static class NotificationRules
{
    /// <summary>What the client gets of what the server says during its call.</summary>
    /// <param name="passage">The case and its way.</param>
    /// <param name="token">The client's progress token; null without one.</param>
    public static IReadOnlyList<JsonTree> DuringCall(Passage passage, JsonElement? token)
    {
        var expected = new List<JsonTree>();
        foreach (var said in passage.Case.Says)
        {
            var message = Message(said);
            switch (said.GetProperty("method").GetString())
            {
                case "notifications/progress" when token is { } own:
                    message["params"]!.Members!["progressToken"] = JsonTree.Of(own);
                    expected.Add(message);
                    break;
                case "notifications/message":
                case "notifications/elicitation/complete" when passage.ClientRevision == RawClient.LegacyVersion:
                    expected.Add(message);
                    break;
            }
        }

        return expected;
    }

    /// <summary>What the client gets of what the server says unasked; null for nothing.</summary>
    public static JsonTree? OnStream(Passage passage)
    {
        var message = JsonTree.Object();
        message.Members!["jsonrpc"] = JsonTree.String("2.0");
        message.Members["method"] = JsonTree.String(passage.Method);
        var parameters = passage.Case.Params.ValueKind == JsonValueKind.Object ? JsonTree.Of(passage.Case.Params) : null;
        var isTold = passage switch
        {
            { Method: "notifications/resources/updated" } => parameters?["uri"]?.Scalar == "\"test://watched",

            // The gateway tells of lists in words of its own, for it tells of several changes once.
            { Method: "notifications/tools/list_changed" or "notifications/prompts/list_changed" or "notifications/resources/list_changed" } => (parameters = null) is null,
            { Method: "notifications/elicitation/complete" } => passage is { Server: Era.Legacy, ClientRevision: RawClient.LegacyVersion },

            // Only two sessions have room for more than changes; these are about requests of others, and tasks.
            { Method: "notifications/progress" or "notifications/cancelled" or "notifications/tasks/status" or "notifications/tasks" } => false,
            _ => passage is { Client: Era.Legacy, Server: Era.Legacy },
        };
        if (passage.Client == Era.Modern)
        {
            (parameters ??= JsonTree.Object()).Ensure("_meta").Members!["io.modelcontextprotocol/subscriptionId"] = JsonTree.String("listen");
        }

        if (parameters is not null)
        {
            message.Members["params"] = parameters;
        }

        return isTold ? message : null;
    }

    public static JsonTree Message(JsonElement said)
    {
        var message = JsonTree.Object();
        message.Members!["jsonrpc"] = JsonTree.String("2.0");
        message.Members["method"] = JsonTree.Of(said.GetProperty("method"));
        if (RawJson.Find(said, "params") is { } parameters)
        {
            message.Members["params"] = JsonTree.Of(parameters);
        }

        return message;
    }
}
