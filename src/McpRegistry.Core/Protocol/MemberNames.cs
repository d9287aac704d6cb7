using System.Buffers;
using System.Security.Cryptography;

namespace McpRegistry.Protocol;

/// <summary>
/// Finds repeated member names in nested objects while a reader walks over them. Two parsers that disagree on which of
/// two equal members counts are the classic way past a policy point, so a repeat refuses the message.
/// </summary>
/// <remarks>
/// Names live on one stack, a frame per open object. The hash column is searched with vector instructions, so an object
/// of a few thousand members stays cheap; the seed is drawn per process, so that collisions cannot be prepared.
/// </remarks>
internal ref struct MemberNames
{
    private static readonly uint Seed = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));

    private uint[]? _hashes;
    private Slice[]? _slices;
    private byte[]? _unescaped;
    private int _count;
    private int _unescapedCount;

    /// <summary>Opens a frame; pass the returned mark to <see cref="Leave"/>.</summary>
    public readonly int Enter() => _count;

    public void Leave(int mark) => _count = mark;

    /// <summary>Adds a name to the frame that begins at <paramref name="mark"/>.</summary>
    /// <param name="message">The bytes that plain names point into.</param>
    /// <param name="mark">The frame.</param>
    /// <param name="name">Where the name stands, without quotes.</param>
    /// <returns>False when the frame has the name already.</returns>
    public bool Add(ReadOnlySpan<byte> message, int mark, Slice name)
    {
        var text = Resolve(message, name);
        var hash = Hash(text);
        Grow();
        var frame = _hashes.AsSpan(mark, _count - mark);
        if (frame.Contains(hash))
        {
            for (var i = 0; i < frame.Length; i++)
            {
                if (frame[i] == hash && Resolve(message, _slices![mark + i]).SequenceEqual(text))
                {
                    return false;
                }
            }
        }

        _hashes![_count] = hash;
        _slices![_count] = name;
        _count++;
        return true;
    }

    /// <summary>Keeps the unescaped form of the reader's current name; the slice it returns has a negative start.</summary>
    public Slice Unescape(scoped ref System.Text.Json.Utf8JsonReader reader)
    {
        var needed = _unescapedCount + reader.ValueSpan.Length;
        if (_unescaped is null || _unescaped.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, needed * 2));
            _unescaped?.AsSpan(0, _unescapedCount).CopyTo(larger);
            if (_unescaped is not null)
            {
                ArrayPool<byte>.Shared.Return(_unescaped);
            }

            _unescaped = larger;
        }

        var written = reader.CopyString(_unescaped.AsSpan(_unescapedCount));
        var slice = new Slice(-1 - _unescapedCount, written);
        _unescapedCount += written;
        return slice;
    }

    public void Dispose()
    {
        if (_hashes is not null)
        {
            ArrayPool<uint>.Shared.Return(_hashes);
            ArrayPool<Slice>.Shared.Return(_slices!);
        }

        if (_unescaped is not null)
        {
            ArrayPool<byte>.Shared.Return(_unescaped);
        }

        this = default;
    }

    public readonly ReadOnlySpan<byte> Resolve(ReadOnlySpan<byte> message, Slice name) =>
        name.Start >= 0 ? name.Of(message) : _unescaped.AsSpan(-1 - name.Start, name.Length);

    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = Seed;
        foreach (var value in text)
        {
            hash = (hash ^ value) * 16777619;
        }

        return hash;
    }

    private void Grow()
    {
        if (_hashes is null)
        {
            _hashes = ArrayPool<uint>.Shared.Rent(64);
            _slices = ArrayPool<Slice>.Shared.Rent(64);
        }
        else if (_count == Math.Min(_hashes.Length, _slices!.Length))
        {
            var hashes = ArrayPool<uint>.Shared.Rent(_count * 2);
            var slices = ArrayPool<Slice>.Shared.Rent(_count * 2);
            _hashes.AsSpan(0, _count).CopyTo(hashes);
            _slices.AsSpan(0, _count).CopyTo(slices);
            ArrayPool<uint>.Shared.Return(_hashes);
            ArrayPool<Slice>.Shared.Return(_slices);
            _hashes = hashes;
            _slices = slices;
        }
    }
}
