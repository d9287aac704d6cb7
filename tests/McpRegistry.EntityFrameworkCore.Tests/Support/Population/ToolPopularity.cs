namespace McpRegistry.EntityFrameworkCore.Tests.Support.Population;

/// <summary>
/// Which tool a server has: 2,000 of them, of which the commonest is on about a tenth of all servers with ten tools each,
/// and the rarest on one in a thousand. The same every time.
/// </summary>
public static class ToolPopularity
{
    public const int Tools = 2000;
    public const int Draws = 1 << 16;

    private const int Seed = 20261121;

    /// <summary>Flattens the top: without it the commonest tool would be on more than half of the servers.</summary>
    private const double Shift = 20;

    /// <summary>Draws tools, numbered by popularity from 1.</summary>
    public static int[] Draw()
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, Draws).Select(_ => Rank(random.NextDouble()))];
    }

    /// <summary>Picks two rare tools that the same servers have: one of them is server 3, of tenant 3.</summary>
    public static (int First, int Second) RarePair()
    {
        var draws = Draw();
        var ranks = Enumerable.Range(0, PopulationScript.ToolsPerServer)
            .Select(place => draws[PopulationScript.SlotOf(3, place)])
            .Distinct()
            .OrderDescending()
            .ToArray();
        return (ranks[0], ranks[1]);
    }

    public static string NameOf(int rank) => $"tool_{rank}";

    // The density falls with 1 / (rank + Shift).
    private static int Rank(double chance) =>
        Math.Clamp((int)(Shift * Math.Pow((Tools + Shift) / Shift, chance) - Shift) + 1, 1, Tools);
}
