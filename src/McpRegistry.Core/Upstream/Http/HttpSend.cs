using McpRegistry.Discovery;

namespace McpRegistry.Upstream.Http;

/// <summary>Runs one HTTP exchange and turns every way in which it fails into a fault.</summary>
internal static class HttpSend
{
    public static async ValueTask<UpstreamReply> RunAsync<TState>(
        Func<TState, CancellationToken, ValueTask<UpstreamReply>> exchange, TState state, CancellationToken cancellationToken)
    {
        try
        {
            return await exchange(state, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The HTTP stack's own time limits throw the same type as a cancellation.
            return UpstreamReply.Failed(FaultReasons.Timeout, "Connecting to the server took too long.", mayHaveRun: false);
        }
        catch (FormatException exception)
        {
            return UpstreamReply.Failed(FaultReasons.ProtocolError, exception.Message);
        }
        catch (Exception exception) when (HttpFaults.IsTransport(exception) && !cancellationToken.IsCancellationRequested)
        {
            return HttpFaults.FromException(exception);
        }
        catch (Exception exception) when (HttpFaults.IsTransport(exception))
        {
            throw new OperationCanceledException("The request was cancelled.", exception, cancellationToken);
        }
    }
}
