using System.Net;
using System.Net.Sockets;
using McpRegistry.Discovery;

namespace McpRegistry.Upstream.Http;

/// <summary>Turns the ways in which HTTP fails into faults.</summary>
internal static class HttpFaults
{
    public static bool IsTransport(Exception exception) =>
        exception is HttpRequestException or IOException or SocketException or InvalidDataException;

    public static UpstreamFault FromException(Exception exception) => exception switch
    {
        InvalidDataException => new(FaultReasons.TooLarge, exception.Message, MayHaveRun: true),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } connect =>
            FromConnect(connect),
        _ => new(FaultReasons.Unreachable, "The connection to the server was lost before it answered.", MayHaveRun: true),
    };

    public static UpstreamFault FromStatus(HttpStatusCode status) => Describe(status) with { HttpStatus = (int)status };

    /// <summary>Statuses of a server, or of a proxy before it, that say nothing about the resource: later it may answer.</summary>
    public static bool IsTemporary(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static UpstreamFault Describe(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            new(FaultReasons.Unauthorized, $"The server asks for credentials (HTTP {(int)status})."),
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect =>
            new(FaultReasons.HttpError, $"The server redirects (HTTP {(int)status}); register the URL it redirects to."),
        _ => new(FaultReasons.HttpError, $"The server answered HTTP {(int)status}.", MayHaveRun: (int)status >= 500),
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
