using System.Security.Cryptography;
using System.Text;

namespace McpRegistry.Limits;

/// <summary>The ids by which the change feed tells whose limits were reset, where there is none of the registry.</summary>
internal static class LimitSubjects
{
    private const int IdLength = 16;

    /// <summary>Makes an id of a tool at a server, the same on all replicas.</summary>
    public static Guid OfTool(Guid server, string tool)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. server.ToByteArray(), .. Encoding.UTF8.GetBytes(tool)], hash);
        return new Guid(hash[..IdLength]);
    }
}
