using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace McpRegistry.ApiKeys;

/// <summary>
/// A Bloom filter over look-up ids in one mebibyte: it may take an id for known that is not, about once in a hundred with
/// 900,000 keys, and never the other way round.
/// </summary>
internal sealed class LookupIdFilter
{
    private const int Words = 1 << 17;
    private const int Probes = 7;
    private readonly ulong[] _bits = new ulong[Words];

    public void Add(string lookupId)
    {
        Span<uint> probes = stackalloc uint[SHA256.HashSizeInBytes / sizeof(uint)];
        Hash(lookupId, probes);
        foreach (var probe in probes[..Probes])
        {
            Interlocked.Or(ref _bits[(probe >> 6) % Words], 1UL << (int)(probe & 63));
        }
    }

    public bool MayContain(string lookupId)
    {
        Span<uint> probes = stackalloc uint[SHA256.HashSizeInBytes / sizeof(uint)];
        Hash(lookupId, probes);
        foreach (var probe in probes[..Probes])
        {
            if ((Volatile.Read(ref _bits[(probe >> 6) % Words]) & (1UL << (int)(probe & 63))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private static void Hash(string lookupId, Span<uint> probes) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(lookupId), MemoryMarshal.AsBytes(probes));
}
