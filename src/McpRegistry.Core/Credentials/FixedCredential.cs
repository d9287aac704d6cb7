using System.Text;

namespace McpRegistry.Credentials;

/// <summary>The same headers in every request.</summary>
internal sealed class FixedCredential(CredentialHeaders headers) : CredentialSource
{
    public static FixedCredential Basic(string userName, string password) =>
        new(CredentialHeaders.Authorization($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{password}"))}"));

    public override ValueTask<CredentialHeaders?> GetAsync(CancellationToken cancellationToken) => new(headers);
}
