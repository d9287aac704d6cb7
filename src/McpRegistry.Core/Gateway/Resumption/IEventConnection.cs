namespace McpRegistry.Gateway.Resumption;

/// <summary>The HTTP response over which the client hears a stream at present.</summary>
internal interface IEventConnection
{
    /// <summary>Gets a value that tells whether the client is there, as far as is known.</summary>
    bool IsOpen { get; }

    /// <summary>Begins the response if it has not begun.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the client is gone.</returns>
    ValueTask<bool> StartAsync(CancellationToken cancellationToken);

    /// <summary>Writes an event.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="json">The message; empty for an event that only brings the id.</param>
    /// <param name="retry">After which time to come back when the connection breaks; zero says nothing of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the client is gone.</returns>
    ValueTask<bool> WriteAsync(EventId id, ReadOnlyMemory<byte> json, TimeSpan retry, CancellationToken cancellationToken);

    /// <summary>Ends the response, also while it is written to: the client hears the stream over another one.</summary>
    void Close();
}
