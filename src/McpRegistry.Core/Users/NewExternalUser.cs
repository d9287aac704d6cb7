namespace McpRegistry.Users;

/// <summary>What an identity provider says of a user whom the registry does not know yet.</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">The subject there.</param>
/// <param name="Username">The name to sign in with; null when it is not known.</param>
/// <param name="Email">The e-mail address; null when it is not known.</param>
/// <param name="Name">The name for people; null when it is not known.</param>
/// <param name="Role">What the user is in the tenant.</param>
internal sealed record NewExternalUser(string Issuer, string Subject, string? Username, string? Email, string? Name, UserRole Role);
