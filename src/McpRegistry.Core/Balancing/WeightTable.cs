namespace McpRegistry.Balancing;

/// <summary>
/// Draws candidates in proportion to their weights, in constant time on average: the weights lie end to end, and a guide tells for each of as many equal stretches as there are
/// candidates which one it begins in (the indexed search of Chen and Asau 1974).
/// </summary>
internal sealed class WeightTable
{
    private readonly long[] _ends;
    private readonly byte[] _guide;
    private readonly long _total;

    public WeightTable(ReadOnlySpan<IEndpointLoad> candidates)
    {
        _ends = new long[candidates.Length];
        for (var i = 0; i < candidates.Length; i++)
        {
            _ends[i] = _total += candidates[i].Endpoint.Weight;
        }

        _guide = new byte[candidates.Length];
        for (var (stretch, i) = (0, 0); stretch < _guide.Length; stretch++)
        {
            for (; _ends[i] <= stretch * _total / _guide.Length; i++)
            {
                // Ends before the stretch begins.
            }

            _guide[stretch] = (byte)i;
        }
    }

    /// <summary>Returns the index of the candidate at a point.</summary>
    /// <param name="point">0 to just below 1.</param>
    public int At(double point) => Find((long)(point * _total));

    /// <summary>Returns the index of the candidate at a point of what is left without one of them.</summary>
    /// <param name="point">0 to just below 1.</param>
    /// <param name="without">The index of the one that is left out; there is another one.</param>
    public int At(double point, int without)
    {
        var begin = without == 0 ? 0 : _ends[without - 1];
        var weight = _ends[without] - begin;
        var place = (long)(point * (_total - weight));
        return Find(place < begin ? place : place + weight);
    }

    private int Find(long place)
    {
        var i = (int)_guide[place * _guide.Length / _total];
        while (_ends[i] <= place)
        {
            i++;
        }

        return i;
    }
}
