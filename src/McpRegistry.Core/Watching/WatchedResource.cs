namespace McpRegistry.Watching;

/// <summary>A resource that somebody watches at one server. Its state belongs to the loop of its watch.</summary>
internal sealed class WatchedResource(string uri)
{
    private readonly TaskCompletionSource<WatchOutcome> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Uri => uri;

    /// <summary>Gets what came of it at first.</summary>
    public Task<WatchOutcome> First => _first.Task;

    /// <summary>Gets a value that tells whether the server has ever accepted it; then another time follows a gap.</summary>
    public bool WasAccepted { get; private set; }

    /// <summary>Gets a value that tells whether the server refused it, which it would do again.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Notes an outcome; true when it ends a gap in which changes may have been missed.</summary>
    public bool Settle(WatchOutcome outcome)
    {
        var endsGap = outcome.IsAccepted && WasAccepted;
        WasAccepted |= outcome.IsAccepted;
        IsRefused |= outcome.IsRefused && !WasAccepted;
        _first.TrySetResult(outcome);
        return endsGap;
    }
}
