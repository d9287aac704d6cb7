using System.Collections.Immutable;

namespace McpRegistry.Routing;

/// <summary>Chooses one of the usable servers of a rule.</summary>
internal static class RouteSpread
{
    /// <summary>
    /// Assigns a key. Each server draws a number for the key, and the best one by its weight wins (weighted rendezvous hashing):
    /// when one goes, only its own keys move, and they come back with it.
    /// </summary>
    public static int ByKey(ImmutableArray<RouteServer> servers, ulong usable, ulong key)
    {
        var best = -1;
        var least = double.PositiveInfinity;
        for (var i = 0; i < servers.Length; i++)
        {
            if ((usable >> i & 1) == 0)
            {
                continue;
            }

            var drawn = -Math.Log(StableHash.ToUnit(StableHash.Combine(key, servers[i].Hash)) + double.Epsilon) / servers[i].Weight;
            if (drawn < least)
            {
                (best, least) = (i, drawn);
            }
        }

        return best;
    }

    /// <summary>Spreads calls by weight.</summary>
    /// <param name="servers">The servers.</param>
    /// <param name="usable">Those that can be chosen, as bits.</param>
    /// <param name="point">Where the turn falls, 0 to just below 1.</param>
    public static int ByWeight(ImmutableArray<RouteServer> servers, ulong usable, double point)
    {
        var total = 0L;
        for (var i = 0; i < servers.Length; i++)
        {
            total += (usable >> i & 1) != 0 ? servers[i].Weight : 0;
        }

        var left = point * total;
        var last = -1;
        for (var i = 0; i < servers.Length; i++)
        {
            if ((usable >> i & 1) != 0)
            {
                last = i;
                if ((left -= servers[i].Weight) < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    /// <summary>Takes turns.</summary>
    public static int ByTurn(ulong usable, long turn)
    {
        var skip = (int)((ulong)turn % (ulong)System.Numerics.BitOperations.PopCount(usable));
        for (; skip > 0; skip--)
        {
            usable &= usable - 1;
        }

        return System.Numerics.BitOperations.TrailingZeroCount(usable);
    }
}
