using System.Diagnostics.CodeAnalysis;
using McpRegistry.Discovery;
using McpRegistry.Upstream;

namespace McpRegistry.Credentials;

/// <summary>
/// The gateway has no credential for a request, which therefore was not sent. A failure of HTTP to whoever sends: most of those who do
/// are parts of .NET and of the SDK, which pass such a failure on.
/// </summary>
/// <param name="message">Why; safe to show to every caller of the server.</param>
internal sealed class CredentialException(string message) : HttpRequestException(message)
{
    public UpstreamFault Fault => new(FaultReasons.CredentialFailed, Message);

    /// <summary>Looks through the wrappers that others put around it.</summary>
    public static bool TryFind(Exception? exception, [NotNullWhen(true)] out CredentialException? found)
    {
        while (exception is not null and not CredentialException)
        {
            exception = exception.InnerException;
        }

        found = exception as CredentialException;
        return found is not null;
    }
}
