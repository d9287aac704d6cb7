namespace McpRegistry.Balancing;

/// <summary>Draws candidates in proportion to their weights.</summary>
internal static class WeightedDraw
{
    /// <summary>Returns the index of the candidate in whose stretch a point lies.</summary>
    /// <param name="candidates">The candidates.</param>
    /// <param name="point">0 to just below 1.</param>
    /// <param name="without">The index of one that is left out; -1 for none.</param>
    public static int At(ReadOnlySpan<IEndpointLoad> candidates, double point, int without = -1)
    {
        var total = 0L;
        for (var i = 0; i < candidates.Length; i++)
        {
            total += i == without ? 0 : candidates[i].Endpoint.Weight;
        }

        var left = point * total;
        var last = -1;
        for (var i = 0; i < candidates.Length; i++)
        {
            if (i != without)
            {
                last = i;
                if ((left -= candidates[i].Endpoint.Weight) < 0)
                {
                    break;
                }
            }
        }

        return last;
    }
}
