namespace McpRegistry.Discovery;

/// <summary>The stable codes by which the gateway names a failure of an upstream, in reports, <c>_meta</c> and <c>error.data.reason</c>.</summary>
public static class FaultReasons
{
    /// <summary>The server has not been asked yet.</summary>
    public const string Pending = "pending";

    /// <summary>The connection was refused, reset or could not be resolved.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>No answer came in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>An administrator cancelled the call.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The server asks for credentials that the gateway does not have (401 or 403).</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>The gateway could not get the credential that the server is registered with.</summary>
    public const string CredentialFailed = "credential_failed";

    /// <summary>The child process could not be started or has ended.</summary>
    public const string ProcessExited = "process_exited";

    /// <summary>The command is not on the operator's allow-list.</summary>
    public const string CommandNotAllowed = "command_not_allowed";

    /// <summary>The URL leads to an address that the operator has not allowed.</summary>
    public const string AddressNotAllowed = "address_not_allowed";

    /// <summary>The server answered something that is not MCP.</summary>
    public const string ProtocolError = "protocol_error";

    /// <summary>The server answered an HTTP error.</summary>
    public const string HttpError = "http_error";

    /// <summary>A message or a list is larger than the limit.</summary>
    public const string TooLarge = "too_large";

    /// <summary>A list's cursor does not advance.</summary>
    public const string CursorLoop = "cursor_loop";

    /// <summary>The upstream session ended and could not, or was not to be, opened again.</summary>
    public const string SessionLost = "session_lost";

    /// <summary>Everything that the gateway allows for the server is in use.</summary>
    public const string Busy = "busy";

    /// <summary>No endpoint of the server gets calls for the time being, because calls there have failed.</summary>
    public const string CircuitOpen = "circuit_open";

    /// <summary>So many calls to the server wait already that there is no room for another one, or it waited too long.</summary>
    public const string Overloaded = "overloaded";

    /// <summary>The gateway cannot put this request on the way to the server; nothing was sent, and any other may succeed.</summary>
    public const string NotCarried = "not_carried";

    /// <summary>An operator has taken the server out for a while.</summary>
    public const string Maintenance = "maintenance";

    /// <summary>The server is switched off in the registry.</summary>
    public const string Disabled = "disabled";
}
