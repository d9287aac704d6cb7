using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using McpRegistry.ApiKeys;
using Microsoft.Extensions.Options;

namespace McpRegistry.Auditing;

/// <summary>
/// Bounds the events of refused requests, of each caller and of all whom nobody knows: a flood of them must neither fill the trail
/// nor push others out. What has no event of its own is counted in the next one that has.
/// </summary>
internal sealed class RefusalBounds(IOptions<AuditOptions> options, TimeProvider time)
{
    /// <summary>How many callers are told apart; whoever comes in addition shares one bound with the others of these.</summary>
    public const int Capacity = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, RefusalWindow> _callers = [];
    private readonly RefusalWindow _nobody = new(time);
    private readonly RefusalWindow _others = new(time);
    private long _swept = time.GetTimestamp();

    /// <summary>Tells whether a refusal gets an event.</summary>
    /// <param name="caller">Who is refused; null for nobody who was recognised.</param>
    /// <param name="suppressed">How many of the same caller before it got none.</param>
    public bool TryTake(Caller? caller, out long suppressed)
    {
        var limit = caller is null ? options.Value.AnonymousPerMinute : options.Value.RefusalsPerMinute;
        var key = KeyOf(caller);
        lock (_lock)
        {
            return WindowOf(key).TryTake(limit, out suppressed);
        }
    }

    /// <summary>Counts a refusal as one without an event after all, since the trail had no room for it.</summary>
    /// <param name="caller">Who is refused; null for nobody who was recognised.</param>
    /// <param name="suppressed">How many before it the event would have told.</param>
    public void GiveBack(Caller? caller, long suppressed)
    {
        var key = KeyOf(caller);
        lock (_lock)
        {
            WindowOf(key).Suppress(suppressed + 1);
        }
    }

    /// <summary>A subject may be as long as a token; what is kept of it is not.</summary>
    private static UInt128? KeyOf(Caller? caller)
    {
        if (caller is null)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(caller.PrincipalId.AsSpan()), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private RefusalWindow WindowOf(UInt128? key)
    {
        if (key is not { } known)
        {
            return _nobody;
        }

        if (_callers.TryGetValue(known, out var window))
        {
            return window;
        }

        if (_callers.Count >= Capacity && time.GetElapsedTime(_swept) >= RefusalWindow.Length)
        {
            _swept = time.GetTimestamp();
            foreach (var (old, _) in _callers.Where(static pair => pair.Value.IsOver))
            {
                _callers.Remove(old);
            }
        }

        return _callers.Count >= Capacity ? _others : _callers[known] = new RefusalWindow(time);
    }
}
