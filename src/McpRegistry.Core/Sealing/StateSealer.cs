using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace McpRegistry.Sealing;

/// <summary>Gives sealed text its form, whatever encrypts it: the end of its time before the state, both encrypted, as Base64Url.</summary>
internal abstract class StateSealer(TimeProvider time) : IStateSealer
{
    private const int ExpiryBytes = sizeof(long);

    /// <summary>Well above what an encryption adds.</summary>
    private const int MaxOverhead = 1024;

    private const int MaxTextLength = (IStateSealer.MaxStateBytes + MaxOverhead) / 3 * 4;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public string Seal(SealPurpose purpose, ReadOnlySpan<byte> state, TimeSpan lifetime)
    {
        if (state.Length > IStateSealer.MaxStateBytes)
        {
            throw new ArgumentOutOfRangeException(nameof(state), $"A state has up to {IStateSealer.MaxStateBytes} bytes.");
        }

        var plain = new byte[ExpiryBytes + state.Length];
        BinaryPrimitives.WriteInt64LittleEndian(plain, time.GetUtcNow().Add(lifetime).ToUnixTimeMilliseconds());
        state.CopyTo(plain.AsSpan(ExpiryBytes));
        return Base64Url.EncodeToString(Encrypt(purpose, plain));
    }

    public bool TryOpen(SealPurpose purpose, ReadOnlySpan<char> text, out ReadOnlyMemory<byte> state, out SealFault fault)
    {
        state = default;
        fault = SealFault.Invalid;
        if (!TryDecode(text, out var cipher) || Decrypt(purpose, cipher) is not { Length: >= ExpiryBytes } plain)
        {
            return false;
        }

        if (time.GetUtcNow().ToUnixTimeMilliseconds() >= BinaryPrimitives.ReadInt64LittleEndian(plain))
        {
            fault = SealFault.Expired;
            return false;
        }

        state = plain.AsMemory(ExpiryBytes);
        fault = SealFault.None;
        return true;
    }

    /// <summary>Encrypts and authenticates; the purpose is authenticated too.</summary>
    protected abstract byte[] Encrypt(SealPurpose purpose, byte[] plain);

    /// <summary>Decrypts; null when it is not what <see cref="Encrypt"/> made for this purpose.</summary>
    protected abstract byte[]? Decrypt(SealPurpose purpose, byte[] cipher);

    /// <summary>White space, padding and unused bits are refused: one state has one spelling, so that used ones can be told by their text.</summary>
    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length is 0 or > MaxTextLength || text.Length % 4 == 1 || text.ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        // The decoder refuses unused bits that are set.
        var buffer = new byte[text.Length / 4 * 3 + Math.Max(0, (text.Length % 4) - 1)];
        if (Base64Url.DecodeFromChars(text, buffer, out _, out var length) != OperationStatus.Done || length != buffer.Length)
        {
            return false;
        }

        bytes = buffer;
        return true;
    }
}
