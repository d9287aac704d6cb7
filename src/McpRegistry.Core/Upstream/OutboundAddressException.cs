using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Upstream;

/// <summary>A connection was refused by policy, before a byte was sent.</summary>
internal sealed class OutboundAddressException(string reason) : HttpRequestException(HttpRequestError.ConnectionError, reason)
{
    /// <summary>What is refused and which setting would allow it; names addresses, so for operators only.</summary>
    public string Reason { get; } = reason;

    /// <summary>Looks through the wrappers that <see cref="SocketsHttpHandler"/> puts around what a callback throws.</summary>
    public static bool TryFind(Exception? exception, [NotNullWhen(true)] out OutboundAddressException? found)
    {
        while (exception is not null and not OutboundAddressException)
        {
            exception = exception.InnerException;
        }

        found = exception as OutboundAddressException;
        return found is not null;
    }
}
