using System.Security.Cryptography;
using System.Text;
using McpRegistry.Protocol;

namespace McpRegistry.Gateway.Bridging;

/// <summary>
/// A fingerprint of what a request asks for: method, server, and the params less what belongs to the retry. Clients may
/// write the same params in another order or spacing, so it is taken over their canonical form.
/// </summary>
internal static class CallDigest
{
    public const int Length = SHA256.HashSizeInBytes;

    public static byte[] Of(GatewayCall call, Guid serverId)
    {
        var parameters = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var members = new JsonMembers(call.Message.Raw(call.Message.Params));
        while (members.Next())
        {
            if (members.Name is { } name and not ("_meta" or "inputResponses" or "requestState"))
            {
                parameters[name] = CanonicalJson.Of(members.RawValue);
            }
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(McpMethods.Utf8Name(call.Message.Method));
        hash.AppendData(serverId.ToByteArray());
        hash.AppendData(CanonicalJson.Object(parameters));
        return hash.GetHashAndReset();
    }

    /// <summary>A fingerprint of the caller, so that its name does not travel.</summary>
    public static byte[] OfPrincipal(string principal) => SHA256.HashData(Encoding.UTF8.GetBytes(principal));
}
