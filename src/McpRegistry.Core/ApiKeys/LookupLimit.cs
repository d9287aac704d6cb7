using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Bounds how long a store may take to tell who is asking. One that hangs would hold the request, and a connection to the database,
/// for as long as its driver waits.
/// </summary>
internal sealed class LookupLimit(IOptions<ApiKeyOptions> options, TimeProvider time)
{
    /// <summary>Asks, and withdraws the question when its time is over.</summary>
    /// <exception cref="TimeoutException">There was no answer within <see cref="ApiKeyOptions.LookupTimeout"/>.</exception>
    public async ValueTask<T> AskAsync<T>(Func<CancellationToken, ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        var limit = options.Value.LookupTimeout;
        using var ending = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending.Token);
        try
        {
            // A store that does not hear of the cancellation holds nobody either.
            return await ask(either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (ending.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The store did not answer within {limit}.", exception);
        }
    }
}
