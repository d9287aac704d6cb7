using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpRegistry.TestSupport.Upstreams;

internal static class Json
{
    public static string Text(string value) => JsonSerializer.Serialize(value);

    /// <summary>Puts a result, which stays byte for byte, into the answer to a request. The id is raw JSON.</summary>
    public static string Result(string? id, string result) => $$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""";

    /// <summary>Frames a message as an event. A message of several lines becomes several data lines, as the format asks.</summary>
    public static byte[] Event(string message) =>
        Encoding.UTF8.GetBytes($"event: message\ndata: {message.Replace("\n", "\ndata: ", StringComparison.Ordinal)}\n\n");

    /// <summary>Adds <c>_meta</c> with the id of a subscription, given as raw JSON, to parameters.</summary>
    public static string WithSubscription(string parameters, string id)
    {
        var node = JsonNode.Parse(parameters)!.AsObject();
        var meta = node["_meta"] as JsonObject ?? [];
        node["_meta"] = meta;
        meta["io.modelcontextprotocol/subscriptionId"] = JsonNode.Parse(id);
        return node.ToJsonString();
    }
}
