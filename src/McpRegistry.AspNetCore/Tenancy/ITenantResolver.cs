using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>
/// Reads which tenant a request is about. What it says only chooses among the tenants that the caller has; a choice that the
/// caller does not have is refused, and never replaced by another. Resolvers are asked one after another, those of the host in
/// the order of their registration, then the header and the host name; the first that says something decides.
/// Implementations are thread-safe singletons and run before authentication is complete: the request's principal is not known.
/// </summary>
public interface ITenantResolver
{
    /// <summary>Reads the choice of a request.</summary>
    /// <param name="context">The request; its body must not be read.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>The slug or id of a tenant (an empty text is one that nobody has), or null when the request says nothing.</returns>
    ValueTask<string?> ResolveAsync(HttpContext context, CancellationToken cancellationToken);
}
