namespace McpRegistry.Gateway;

/// <summary>Takes what a client hears before the answer to one of its requests.</summary>
internal interface IAnswerStream
{
    /// <summary>Gets a value that tells whether messages reach the client; false for one that takes no stream or has lost it.</summary>
    bool IsOpen { get; }

    /// <summary>Sends a notification or a question; a client that takes no stream does not get it.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken);
}
