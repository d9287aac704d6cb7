namespace McpRegistry.Protocol;

/// <summary>A member that the gateway looks at, where its value is kept, and the members inside it that count too.</summary>
internal sealed record MessageField(byte[] Name, Action<ClientMessage, Slice> Keep, MessageField[] Inner)
{
    private static readonly MessageField[] None = [];

    private static readonly MessageField[] Meta =
    [
        Of("io.modelcontextprotocol/protocolVersion", static (message, value) => message.MetaProtocolVersion = value),
        Of("io.modelcontextprotocol/clientCapabilities", static (message, value) => message.MetaCapabilities = value),
        Of("io.modelcontextprotocol/clientInfo", static (message, value) => message.MetaClientInfo = value),
        Of("io.modelcontextprotocol/logLevel", static (message, value) => message.MetaLogLevel = value),
        Of("io.github.mcpregistry/timeoutMs", static (message, value) => message.MetaTimeout = value),
        Of("io.github.mcpregistry/priority", static (message, value) => message.MetaPriority = value),
        Of("progressToken", static (message, value) => message.ProgressToken = value),
    ];

    private static readonly MessageField[] Reference =
    [
        Of("name", static (message, value) => message.RefName = value),
        Of("uri", static (message, value) => message.RefUri = value),
    ];

    private static readonly MessageField[] Params =
    [
        Of("_meta", static (message, value) => message.Meta = value, Meta),
        Of("name", static (message, value) => message.Name = value),
        Of("uri", static (message, value) => message.Uri = value),
        Of("cursor", static (message, value) => message.Cursor = value),
        Of("ref", static (_, _) => { }, Reference),
        Of("level", static (message, value) => message.Level = value),
        Of("requestId", static (message, value) => message.RequestId = value),
        Of("inputResponses", static (message, value) => message.InputResponses = value),
        Of("taskId", static (message, value) => message.TaskId = value),
        Of("task", static (message, value) => message.LegacyTask = value),
        Of("requestState", static (message, value) => message.RequestState = value),
        Of("protocolVersion", static (message, value) => message.ProtocolVersion = value),
        Of("capabilities", static (message, value) => message.Capabilities = value),
        Of("clientInfo", static (message, value) => message.ClientInfo = value),
    ];

    /// <summary>The members of a JSON-RPC message.</summary>
    public static MessageField[] Root { get; } =
    [
        Of("jsonrpc", static (message, value) => message.Version = value),
        Of("id", static (message, value) => message.Id = value),
        Of("method", static (message, value) => message.MethodName = value),
        Of("params", static (message, value) => message.Params = value, Params),
        Of("result", static (message, value) => KeepOutcome(message, value, isError: false)),
        Of("error", static (message, value) => KeepOutcome(message, value, isError: true)),
    ];

    public static MessageField? Find(MessageField[] fields, ReadOnlySpan<byte> name)
    {
        foreach (var field in fields)
        {
            if (name.SequenceEqual(field.Name))
            {
                return field;
            }
        }

        return null;
    }

    private static void KeepOutcome(ClientMessage message, Slice value, bool isError)
    {
        if (message.Raw(value).SequenceEqual("null"u8))
        {
            // Some libraries always send both, the one that does not count as null.
            return;
        }

        message.HasTwoOutcomes = !message.Outcome.IsMissing;
        message.Outcome = value;
        message.IsErrorOutcome = isError;
    }

    private static MessageField Of(string name, Action<ClientMessage, Slice> keep, MessageField[]? inner = null) =>
        new(System.Text.Encoding.UTF8.GetBytes(name), keep, inner ?? None);
}
