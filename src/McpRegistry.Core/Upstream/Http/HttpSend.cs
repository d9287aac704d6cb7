using McpRegistry.Discovery;

namespace McpRegistry.Upstream.Http;

/// <summary>Runs one HTTP exchange and turns every way in which it fails into a fault.</summary>
internal static class HttpSend
{
    /// <param name="send">Sends the request.</param>
    /// <param name="receive">Makes a reply of the response, which it disposes; what it sends itself cannot undo that the server has the request.</param>
    /// <param name="state">What both need.</param>
    /// <param name="cancellationToken">The caller's; its cancellation is thrown.</param>
    public static async ValueTask<UpstreamReply> RunAsync<TState>(
        Func<TState, CancellationToken, Task<HttpResponseMessage>> send,
        Func<TState, HttpResponseMessage, CancellationToken, ValueTask<UpstreamReply>> receive,
        TState state,
        CancellationToken cancellationToken)
    {
        var isSent = false;
        try
        {
            var response = await send(state, cancellationToken).ConfigureAwait(false);
            isSent = true;
            try
            {
                return await receive(state, response, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The HTTP stack's own time limits throw the same type as a cancellation.
            return UpstreamReply.Failed(FaultReasons.Timeout, "Connecting to the server took too long.", isSent);
        }
        catch (FormatException exception)
        {
            return UpstreamReply.Failed(FaultReasons.ProtocolError, exception.Message);
        }
        catch (Exception exception) when (HttpFaults.IsTransport(exception) && !cancellationToken.IsCancellationRequested)
        {
            var fault = HttpFaults.FromException(exception);
            return isSent ? fault with { MayHaveRun = true } : fault;
        }
        catch (Exception exception) when (HttpFaults.IsTransport(exception))
        {
            throw new OperationCanceledException("The request was cancelled.", exception, cancellationToken);
        }
    }
}
