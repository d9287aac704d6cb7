using System.Buffers;
using McpRegistry.Snapshots;

namespace McpRegistry.Gateway.Tasks;

/// <summary>The tasks of one endpoint of a server that a <c>subscriptions/listen</c> of a client is about, under both their ids.</summary>
/// <param name="server">The server.</param>
/// <param name="endpoint">The endpoint; null when it is not known.</param>
internal sealed class TaskSubscription(ServerEntry server, Guid? endpoint = null)
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public ServerEntry Server => server;

    public Guid? Endpoint => endpoint;

    /// <summary>Gets the ids for <c>taskIds</c> of the request to the server, which must declare the tasks extension.</summary>
    public IReadOnlyCollection<string> UpstreamIds => _texts.Keys;

    /// <summary>Adds a task; the client's first id of it stays.</summary>
    public void Add(string upstreamId, string clientId) => _texts.TryAdd(upstreamId, clientId);

    /// <summary>Finds the client's id of a task, for the acknowledgement; null for a task that it does not ask about.</summary>
    public string? ClientId(string upstreamId) => _texts.GetValueOrDefault(upstreamId);

    /// <summary>Writes the params of <c>notifications/tasks</c> with the client's id and the whole state.</summary>
    /// <param name="parameters">The params of the server.</param>
    /// <returns>Null for a task that the client does not ask about.</returns>
    public ReadOnlyMemory<byte>? Translate(ReadOnlySpan<byte> parameters)
    {
        if (TaskIdRewriter.Read(parameters) is not { } upstreamId || ClientId(upstreamId) is not { } clientId)
        {
            return null;
        }

        var output = new ArrayBufferWriter<byte>(parameters.Length + 512);
        TaskIdRewriter.Write(output, parameters, upstreamId, clientId);
        return output.WrittenMemory;
    }
}
