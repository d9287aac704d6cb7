namespace McpRegistry.Gateway.Active;

/// <summary>A call that is with a server, or waits for one. It is its own link in the list of those, so that to be found costs no memory.</summary>
internal abstract class ActiveCall
{
    /// <summary>Gets the number of the call on this replica; 0 while it is in no list.</summary>
    public long Number { get; private set; }

    /// <summary>Gets the request; null while it is in no list.</summary>
    public GatewayCall? Call { get; private set; }

    /// <summary>Gets when it began.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Gets what it is doing.</summary>
    public abstract ActiveCallState State { get; }

    /// <summary>Gets a value that tells whether an operator has ended the call.</summary>
    public abstract bool IsCancelled { get; }

    internal ActiveCall? Previous { get; set; }

    internal ActiveCall? Next { get; set; }

    /// <summary>Ends the call because an operator wants it. Whoever found it in a list cancels it there: it may go on as another one by now.</summary>
    public abstract void Cancel();

    internal void Begin(long number, GatewayCall call, DateTimeOffset at) => (Number, Call, StartedAt) = (number, call, at);
}
