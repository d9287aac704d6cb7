using System.Collections.Immutable;
using McpRegistry.Tenancy;

namespace McpRegistry.Credentials;

/// <summary>For which server a credential is asked of an <see cref="IUpstreamCredentialProvider"/>.</summary>
public sealed record UpstreamCredentialRequest
{
    /// <summary>Gets the owner of the server.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Gets the server.</summary>
    public required Guid ServerId { get; init; }

    /// <summary>Gets the alias of the server.</summary>
    public required string ServerAlias { get; init; }

    /// <summary>Gets the URL of the endpoint that will get the credential.</summary>
    public required Uri Url { get; init; }

    /// <summary>Gets what the definition of the server says to the provider.</summary>
    public required ImmutableDictionary<string, string> Parameters { get; init; }

    /// <summary>Gets a value that tells whether the server has refused the last credential, so that a kept one is of no use.</summary>
    public bool IsRenewal { get; init; }
}
