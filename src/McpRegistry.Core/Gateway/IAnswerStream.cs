namespace McpRegistry.Gateway;

/// <summary>Takes what a client hears before the answer to one of its requests.</summary>
internal interface IAnswerStream
{
    /// <summary>Sends a notification; a client that takes no stream does not get it.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken);
}
