using McpRegistry.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpRegistry.Credentials;

/// <summary>
/// The credential providers of the host by name. Whether a server may use one is asked when it is registered and again before each use,
/// so that a name that was taken off the list stops servers that are stored already.
/// </summary>
internal sealed class CredentialProviders(
    IEnumerable<CredentialProviderName> names, IServiceProvider services, IOptions<CredentialOptions> options)
{
    private readonly HashSet<string> _names = names.Select(static name => name.Value).ToHashSet(StringComparer.Ordinal);
    private readonly IList<string> _allowed = options.Value.AllowedProviders;

    public bool MayUse(ServerOrigin origin, string name) =>
        _names.Contains(name) && (origin != ServerOrigin.Api || _allowed.Contains(name, StringComparer.Ordinal));

    public IUpstreamCredentialProvider Get(string name) => services.GetRequiredKeyedService<IUpstreamCredentialProvider>(name);
}
