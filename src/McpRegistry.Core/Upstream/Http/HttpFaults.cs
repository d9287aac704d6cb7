using System.Net;
using System.Net.Sockets;
using McpRegistry.Credentials;
using McpRegistry.Discovery;

namespace McpRegistry.Upstream.Http;

/// <summary>Turns the ways in which HTTP fails into faults.</summary>
internal static class HttpFaults
{
    public static bool IsTransport(Exception exception) =>
        exception is HttpRequestException or IOException or SocketException or InvalidDataException;

    /// <summary>Tells whether it was the exchange that failed and not its caller who gave up. A connection that took too long looks like a cancellation.</summary>
    public static bool IsFailure(Exception exception, CancellationToken cancellationToken) =>
        (IsTransport(exception) || exception is OperationCanceledException) && !cancellationToken.IsCancellationRequested;

    public static UpstreamFault FromException(Exception exception) => exception switch
    {
        _ when CredentialException.TryFind(exception, out var credential) => credential.Fault,
        InvalidDataException => new(FaultReasons.TooLarge, exception.Message, MayHaveRun: true),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } connect =>
            FromConnect(connect),
        _ => new(FaultReasons.Unreachable, "The connection to the server was lost before it answered.", MayHaveRun: true),
    };

    /// <summary>
    /// Tells whether a server may still work on a call that has failed. A status is its answer, which ends that; but those of
    /// intermediaries that gave up waiting for it are none.
    /// </summary>
    public static bool MayStillRun(UpstreamFault? fault) => fault is { MayHaveRun: true, HttpStatus: 0 or 408 or 502 or 504 };

    public static UpstreamFault FromStatus(HttpStatusCode status) => Describe(status) with { HttpStatus = (int)status };

    /// <summary>The same, with how long the server wants to be left alone.</summary>
    public static UpstreamFault FromResponse(HttpResponseMessage response) => FromStatus(response.StatusCode) with { RetryAfter = RetryAfterOf(response) };

    /// <summary>Reads <c>Retry-After</c>, a date by the server's own clock; null when there is none.</summary>
    public static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } when delta >= TimeSpan.Zero => delta,
        { Date: { } date } when response.Headers.Date is { } now => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>Statuses by which a server says that it has no such stream or method, now or later.</summary>
    public static bool IsAbsent(HttpStatusCode status) => status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
        or HttpStatusCode.NotAcceptable or HttpStatusCode.NotImplemented;

    /// <summary>Statuses that tell of the moment and not of what the server can do (protocol.md 4.2).</summary>
    public static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests
        || ((int)status >= 500 && status != HttpStatusCode.NotImplemented);

    private static UpstreamFault Describe(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            new(FaultReasons.Unauthorized, $"The server asks for credentials (HTTP {(int)status})."),
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect =>
            new(FaultReasons.HttpError, $"The server redirects (HTTP {(int)status}); register the URL it redirects to."),
        _ => new(FaultReasons.HttpError, $"The server answered HTTP {(int)status}.", MayHaveRun: (int)status >= 500 || status == HttpStatusCode.RequestTimeout),
    };

    private static UpstreamFault FromConnect(HttpRequestException exception)
    {
        if (OutboundAddressException.TryFind(exception, out _))
        {
            return new(FaultReasons.AddressNotAllowed, "The server's URL leads to an address that this host may not connect to; see McpRegistry:Outbound.");
        }

        return exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => new(FaultReasons.Unreachable, "The server's host name cannot be resolved."),
            HttpRequestError.SecureConnectionError => new(FaultReasons.Unreachable, "The TLS handshake with the server failed."),
            _ => new(FaultReasons.Unreachable, "The server refuses the connection."),
        };
    }
}
