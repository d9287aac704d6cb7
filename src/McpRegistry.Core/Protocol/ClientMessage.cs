namespace McpRegistry.Protocol;

/// <summary>
/// One message of a client: the bytes as they came and where in them the gateway found what it decides on. Payloads are
/// never parsed into objects, so members that the gateway does not know survive.
/// </summary>
internal sealed class ClientMessage
{
    private ReadOnlyMemory<byte> _body;

    /// <summary>Gets the bytes, which may be in a pooled buffer: they are good for as long as the HTTP request that brought them.</summary>
    public required ReadOnlyMemory<byte> Body
    {
        get => _body;
        init => _body = value;
    }

    /// <summary>The same message in memory of its own, for what outlives the HTTP request whose pooled buffer it came in.</summary>
    public ClientMessage Detach()
    {
        var copy = (ClientMessage)MemberwiseClone();
        copy._body = Body.ToArray();
        return copy;
    }

    public MessageKind Kind { get; set; }

    public McpMethod Method { get; set; }

    /// <summary>The id as raw JSON; missing for notifications.</summary>
    public Slice Id { get; set; }

    public Slice MethodName { get; set; }

    public Slice Params { get; set; }

    /// <summary>The value of <c>jsonrpc</c>.</summary>
    public Slice Version { get; set; }

    /// <summary>The <c>result</c> or <c>error</c> of a response.</summary>
    public Slice Outcome { get; set; }

    /// <summary>Gets or sets a value that tells whether <see cref="Outcome"/> is an <c>error</c>.</summary>
    public bool IsErrorOutcome { get; set; }

    /// <summary>Gets or sets a value that tells whether there were a <c>result</c> and an <c>error</c>, so that nobody knows which counts.</summary>
    public bool HasTwoOutcomes { get; set; }

    public Slice Name { get; set; }

    public Slice Uri { get; set; }

    public Slice Cursor { get; set; }

    public Slice Level { get; set; }

    public Slice RequestId { get; set; }

    /// <summary>The answers to questions that a retried request carries.</summary>
    public Slice InputResponses { get; set; }

    public Slice RequestState { get; set; }

    /// <summary>The task that a request of the tasks extension is about.</summary>
    public Slice TaskId { get; set; }

    /// <summary>What asks for a task in 2025-11-25; it has no meaning to those who do not offer that.</summary>
    public Slice LegacyTask { get; set; }

    public Slice ProtocolVersion { get; set; }

    public Slice Capabilities { get; set; }

    public Slice ClientInfo { get; set; }

    /// <summary>The <c>name</c> or <c>uri</c> inside <c>params.ref</c> of <c>completion/complete</c>.</summary>
    public Slice RefName { get; set; }

    public Slice RefUri { get; set; }

    public Slice Meta { get; set; }

    public Slice MetaProtocolVersion { get; set; }

    public Slice MetaCapabilities { get; set; }

    public Slice MetaClientInfo { get; set; }

    public Slice MetaLogLevel { get; set; }

    /// <summary>How long the caller will wait, in milliseconds.</summary>
    public Slice MetaTimeout { get; set; }

    /// <summary>How the caller ranks the request among its own.</summary>
    public Slice MetaPriority { get; set; }

    public Slice ProgressToken { get; set; }

    public ReadOnlySpan<byte> Raw(Slice slice) => slice.Of(Body.Span);

    public bool IsObject(Slice slice) => !slice.IsMissing && Body.Span[slice.Start] == (byte)'{';

    public bool IsString(Slice slice) => !slice.IsMissing && Body.Span[slice.Start] == (byte)'"';

    /// <summary>Decodes a JSON string value; null when the slice is missing, not a string, or no text.</summary>
    public string? Text(Slice slice) => JsonMembers.Text(Raw(slice));
}
