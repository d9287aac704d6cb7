using System.Globalization;
using Microsoft.AspNetCore.Authentication;

namespace McpRegistry.AspNetCore.Principals;

/// <summary>Tells when what a principal presented ends.</summary>
internal static class TicketEnd
{
    private const string Expiration = "exp";

    private static readonly double Longest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>
    /// Returns the end that the host's scheme gives the ticket, else that of the token (RFC 7519, 4.1.4); null when neither says one. Not
    /// the earlier of both: a cookie may have kept the claim of the token that somebody once signed in with.
    /// </summary>
    public static DateTimeOffset? Of(AuthenticationTicket ticket) => ticket.Properties.ExpiresUtc ?? Read(ticket.Principal.FindFirst(Expiration)?.Value);

    /// <summary>Seconds since 1970, which may have a fraction.</summary>
    private static DateTimeOffset? Read(string? value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 && seconds <= Longest
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;
}
