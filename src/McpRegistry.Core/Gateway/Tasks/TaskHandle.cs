using System.Security.Cryptography;
using System.Text;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Sealing;

namespace McpRegistry.Gateway.Tasks;

/// <summary>What the id of a task says that clients get: whose task it is, at which server, and its own id there.</summary>
/// <param name="ServerId">The server.</param>
/// <param name="EndpointId">The endpoint of the server that has it; empty when that is not known.</param>
/// <param name="UpstreamId">The id that the server gave.</param>
/// <param name="Principal">A digest of the caller.</param>
internal sealed record TaskHandle(Guid ServerId, Guid EndpointId, string UpstreamId, byte[] Principal)
{
    /// <summary>Servers give short ones; the sealed text must fit into a header.</summary>
    public const int MaxIdBytes = 2048;

    private const byte Version = 2;
    private const int HeadBytes = 1 + 16 + 16 + CallDigest.Length;

    public string Seal(IStateSealer sealer, TimeSpan lifetime)
    {
        byte[] state = [Version, .. ServerId.ToByteArray(), .. EndpointId.ToByteArray(), .. Principal, .. Encoding.UTF8.GetBytes(UpstreamId)];
        return sealer.Seal(SealPurpose.TaskId, state, lifetime);
    }

    /// <summary>Opens what a client sent; null when it is no id of a task, too old, or another caller's.</summary>
    public static TaskHandle? Open(IStateSealer sealer, string? text, string principal)
    {
        if (text is null || !sealer.TryOpen(SealPurpose.TaskId, text, out var state, out _) || state.Length <= HeadBytes || state.Span[0] != Version)
        {
            return null;
        }

        var bytes = state.Span;
        var digest = bytes[33..HeadBytes].ToArray();
        return CryptographicOperations.FixedTimeEquals(digest, CallDigest.OfPrincipal(principal))
            ? new TaskHandle(new Guid(bytes[1..17]), new Guid(bytes[17..33]), Encoding.UTF8.GetString(bytes[HeadBytes..]), digest)
            : null;
    }
}
