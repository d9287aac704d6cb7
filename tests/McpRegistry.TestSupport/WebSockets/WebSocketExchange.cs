using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.TestSupport.WebSockets;

/// <summary>One message of a client and the socket that it came on. All JSON is text that goes out as it is.</summary>
public sealed class WebSocketExchange
{
    internal WebSocketExchange(WebSocketPeer peer, ReceivedRequest request)
    {
        Peer = peer;
        Request = request;
    }

    public WebSocketPeer Peer { get; }

    public ReceivedRequest Request { get; }

    public Task ResultAsync(string result) => Peer.SendAsync($$"""{"jsonrpc":"2.0","id":{{Request.Id}},"result":{{result}}}""");

    public Task ErrorAsync(int code, string message) =>
        Peer.SendAsync($$$"""{"jsonrpc":"2.0","id":{{{Request.Id}}},"error":{"code":{{{code}}},"message":"{{{message}}}"}}""");

    public Task NotifyAsync(string method, string parameters) =>
        Peer.SendAsync($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}}}""");

    /// <summary>Reports progress under the client's token, or under the id of a call without one.</summary>
    public Task ProgressAsync(int progress) =>
        NotifyAsync("notifications/progress", $$"""{"progressToken":{{Request.ProgressToken ?? Request.Id}},"progress":{{progress}}}""");
}
