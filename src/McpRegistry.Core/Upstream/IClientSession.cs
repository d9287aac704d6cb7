namespace McpRegistry.Upstream;

/// <summary>The session of a client, for which a server keeps state in a session of its own.</summary>
internal interface IClientSession
{
    /// <summary>Gets a value that tells whether something runs in it or it has a stream open.</summary>
    bool IsBusy { get; }

    /// <summary>Ends it: the client's next request is told that the session is unknown, so that the client opens another one.</summary>
    void Close();
}
