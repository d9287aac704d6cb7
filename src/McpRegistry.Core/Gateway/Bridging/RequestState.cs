using System.Buffers.Binary;
using System.Security.Cryptography;
using McpRegistry.Sealing;

namespace McpRegistry.Gateway.Bridging;

/// <summary>What a sealed <c>requestState</c> of the gateway says: which call it belongs to, whose it is and what was asked.</summary>
/// <param name="Instance">The process that keeps the call.</param>
/// <param name="Handle">The call there; empty when nothing is kept and the call is simply made again.</param>
/// <param name="Round">How often the client was asked before; each round is answered once.</param>
/// <param name="Principal">A digest of the caller.</param>
/// <param name="Request">A digest of the request.</param>
internal sealed record RequestState(Guid Instance, Guid Handle, int Round, byte[] Principal, byte[] Request)
{
    private const int Length = 1 + 16 + 16 + sizeof(int) + CallDigest.Length + CallDigest.Length;
    private const byte Version = 1;

    /// <summary>Gets a value that tells whether the call waits at the gateway, rather than being made again.</summary>
    public bool IsSuspended => Handle != Guid.Empty;

    public string Seal(IStateSealer sealer, TimeSpan lifetime)
    {
        Span<byte> state = stackalloc byte[Length];
        state[0] = Version;
        Instance.TryWriteBytes(state[1..]);
        Handle.TryWriteBytes(state[17..]);
        BinaryPrimitives.WriteInt32LittleEndian(state[33..], Round);
        Principal.CopyTo(state[37..]);
        Request.CopyTo(state[(37 + CallDigest.Length)..]);
        return sealer.Seal(SealPurpose.RequestState, state, lifetime);
    }

    /// <summary>Opens what a client sent.</summary>
    /// <returns>The state, or null with the reason.</returns>
    public static RequestState? Open(IStateSealer sealer, string? text, out SealFault fault)
    {
        fault = SealFault.Invalid;
        if (text is null || !sealer.TryOpen(SealPurpose.RequestState, text, out var state, out fault))
        {
            return null;
        }

        var bytes = state.Span;
        if (bytes.Length != Length || bytes[0] != Version)
        {
            fault = SealFault.Invalid;
            return null;
        }

        return new RequestState(
            new Guid(bytes[1..17]),
            new Guid(bytes[17..33]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[33..]),
            bytes.Slice(37, CallDigest.Length).ToArray(),
            bytes[(37 + CallDigest.Length)..].ToArray());
    }

    public bool IsOf(ReadOnlySpan<byte> principal) => CryptographicOperations.FixedTimeEquals(Principal, principal);

    public bool IsFor(ReadOnlySpan<byte> request) => CryptographicOperations.FixedTimeEquals(Request, request);
}
