namespace McpRegistry.Gateway;

/// <summary>Takes what a client hears before the answer to one of its requests.</summary>
internal interface IAnswerStream
{
    /// <summary>Gets a value that tells whether messages reach the client; false for one that takes no stream or has lost it.</summary>
    bool IsOpen { get; }

    /// <summary>Sends a notification or a question; a client that takes no stream does not get it.</summary>
    /// <param name="notification">The message.</param>
    /// <param name="cancellationToken">Ends the wait; what is being written is written to its end.</param>
    /// <exception cref="IOException">The client has hung up.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken);

    /// <summary>Sends a question. The stream may end right behind it.</summary>
    /// <param name="question">The message.</param>
    /// <param name="cancellationToken">Ends the wait; what is being written is written to its end.</param>
    /// <returns>False when the client does not get it.</returns>
    /// <exception cref="IOException">The client has hung up.</exception>
    async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> question, CancellationToken cancellationToken)
    {
        await SendAsync(question, cancellationToken).ConfigureAwait(false);
        return IsOpen;
    }
}
