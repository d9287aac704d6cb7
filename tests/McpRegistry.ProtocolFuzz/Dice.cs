using System.Text;

namespace McpRegistry.ProtocolFuzz;

/// <summary>A source of chance that gives the same for the same seed, number and use, in every process.</summary>
internal sealed class Dice
{
    private ulong _state;

    private Dice(ulong state) => _state = state;

    /// <summary>Makes the dice of one use in one case, so that what one part draws moves nothing of the others.</summary>
    public static Dice For(int seed, int number, string use)
    {
        var state = ((ulong)(uint)seed << 32) | (uint)number;
        foreach (var part in Encoding.UTF8.GetBytes(use))
        {
            state = (state ^ part) * 0x100000001B3;
        }

        return new Dice(state);
    }

    public int Below(int end) => (int)(Next() % (ulong)end);

    public int Between(int first, int last) => first + Below(last - first + 1);

    public bool Chance(int percent) => Below(100) < percent;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>Picks by weight.</summary>
    public T Weigh<T>(params ReadOnlySpan<(int Weight, T Choice)> choices)
    {
        var sum = 0;
        foreach (var (weight, _) in choices)
        {
            sum += weight;
        }

        var at = Below(sum);
        foreach (var (weight, choice) in choices)
        {
            at -= weight;
            if (at < 0)
            {
                return choice;
            }
        }

        return choices[^1].Choice;
    }

    // SplitMix64.
    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
