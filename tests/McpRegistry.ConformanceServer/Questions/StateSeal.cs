using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol;

namespace McpRegistry.ConformanceServer.Questions;

/// <summary>Signs what a client has to bring back with its answers, for one tool and one step.</summary>
internal sealed class StateSeal
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public string Seal(string tool, string step) => $"{step}.{Base64Url.EncodeToString(Sign(tool, step))}";

    /// <summary>Gets the step of a state; null when the client brought none.</summary>
    /// <exception cref="McpProtocolException">The state is not one that this server made for this tool.</exception>
    public string? Open(string tool, string? state)
    {
        if (state is null)
        {
            return null;
        }

        var dot = state.IndexOf('.', StringComparison.Ordinal);
        var step = dot < 0 ? "" : state[..dot];
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Seal(tool, step)), Encoding.UTF8.GetBytes(state))
            ? step
            : throw new McpProtocolException("The requestState was not made by this server for this tool.", McpErrorCode.InvalidParams);
    }

    private byte[] Sign(string tool, string step) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{tool}\n{step}"));
}
