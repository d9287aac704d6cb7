using System.Runtime.CompilerServices;

namespace McpRegistry.Limits;

/// <summary>The slices that a call was taken from, to give it back when it is not made after all.</summary>
[InlineArray(Length)]
internal struct QuotaTicket
{
    public const int Length = 4;

    private QuotaSlice? _first;

    public void PutBack()
    {
        foreach (ref var slice in this[..])
        {
            slice?.Put(1);
            slice = null;
        }
    }
}
