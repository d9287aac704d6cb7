namespace McpRegistry.Gateway.Hedging;

/// <summary>One of the endpoints that a call was sent to at the same time.</summary>
internal sealed class HedgedAttempt : IDisposable
{
    private readonly HedgedCall _call;
    private readonly CallDeadline _deadline;
    private readonly CancellationTokenSource _ending;
    private Task _cancelling = Task.CompletedTask;
    private volatile bool _hasLost;

    public HedgedAttempt(HedgedCall call, CallDeadline deadline, RelayObserver observer, CancellationToken cancellationToken)
    {
        _call = call;
        _deadline = deadline;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _ending.Token;
        Observer = observer.Branch(this);
    }

    /// <summary>Gets what ends the attempt: the call's own time, that of one endpoint, or another attempt that won.</summary>
    public CancellationToken Token { get; }

    /// <summary>Gets who passes on what the server says, once this attempt has won.</summary>
    public RelayObserver Observer { get; }

    /// <summary>Gets or sets the endpoint that was asked; null until it was chosen.</summary>
    public Guid? Endpoint { get; set; }

    /// <summary>Gets or sets how it ended.</summary>
    public RelayOutcome Outcome { get; set; }

    /// <summary>Gets or sets the attempt itself.</summary>
    public Task<Polly.Outcome<RelayOutcome>> Running { get; set; } = null!;

    /// <summary>Gets a value that tells whether another attempt has won, so that this one's end says nothing about its endpoint.</summary>
    public bool HasLost => _hasLost;

    /// <summary>Begins the time that one endpoint has.</summary>
    /// <param name="isOnly">Whether nobody else could be asked, so that it has all of the call's.</param>
    public CancellationToken Begin(bool isOnly)
    {
        _deadline.BeginAttempt(_ending, isOnly);
        return Token;
    }

    /// <summary>Takes an endpoint that no other attempt has.</summary>
    public bool TryTake(Guid endpoint) => _call.TryTake(this, endpoint);

    /// <summary>Decides that this attempt is the one whose words the client hears; the first that asks for it is.</summary>
    public bool TryWin() => _call.TryWin(this);

    /// <summary>Notes that another one has won; what is under way is to be cancelled then.</summary>
    public void Lose() => _hasLost = true;

    public void Cancel() => _cancelling = _ending.CancelAsync();

    /// <summary>Waits until nothing of it is under way any more.</summary>
    public async Task EndAsync()
    {
        await ((Task)Running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _cancelling.ConfigureAwait(false);
    }

    public void Dispose()
    {
        Observer.Dispose();
        _ending.Dispose();
    }
}
