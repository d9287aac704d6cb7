using System.Numerics;

namespace McpRegistry.Balancing;

/// <summary>
/// How times are distributed, older ones counting less: counts in buckets whose width grows with the time, eight to each doubling, so that a quantile
/// is at most an eighth off. New values weigh more instead of the old ones being made to weigh less (forward decay: Cormode, Shkapenyuk,
/// Srivastava and Xu, 2009), so that adding one touches one bucket. Used under a lock.
/// </summary>
internal sealed class DecayingLatencies(TimeSpan window)
{
    private const int Steps = 8;
    private const int StepBits = 3;

    /// <summary>Times are counted in microseconds, up to about an hour.</summary>
    private const int Octaves = 32;

    /// <summary>From here on all weights are scaled down, long before their sum could lose single calls.</summary>
    private const double Heavy = 1e6;

    /// <summary>What is left of so many calls says nothing any more.</summary>
    private const double Faded = 0.01;

    private readonly float[] _weights = new float[(Octaves - StepBits + 1) * Steps];
    private TimeSpan _landmark;

    /// <summary>Adds a time.</summary>
    /// <param name="at">When it was measured.</param>
    /// <param name="value">The time.</param>
    public void Add(TimeSpan at, TimeSpan value) => _weights[BucketOf(value)] += (float)WeightAt(at);

    /// <summary>Reads quantiles.</summary>
    /// <param name="at">Now.</param>
    /// <param name="parts">Which, 0 to 1, in ascending order.</param>
    /// <param name="values">Takes the time below which each part of all lies.</param>
    /// <returns>False when nothing is known.</returns>
    public bool TryRead(TimeSpan at, ReadOnlySpan<double> parts, Span<TimeSpan> values)
    {
        var one = WeightAt(at);
        var total = 0.0;
        foreach (var weight in _weights)
        {
            total += weight;
        }

        if (total < Faded * one)
        {
            return false;
        }

        var (bucket, below) = (0, 0.0);
        for (var i = 0; i < parts.Length; i++)
        {
            var wanted = parts[i] * total;
            while (bucket < _weights.Length - 1 && (_weights[bucket] == 0 || below + _weights[bucket] < wanted))
            {
                below += _weights[bucket++];
            }

            // Evenly within the bucket: nothing is known of how they lie there.
            var (low, high) = (LowerBound(bucket), LowerBound(bucket + 1));
            var inside = _weights[bucket] > 0 ? Math.Clamp((wanted - below) / _weights[bucket], 0, 1) : 0;
            values[i] = TimeSpan.FromMicroseconds(low + ((high - low) * inside));
        }

        return true;
    }

    private double WeightAt(TimeSpan at)
    {
        var weight = Math.Exp((at - _landmark) / window);
        if (weight < Heavy)
        {
            return weight;
        }

        for (var i = 0; i < _weights.Length; i++)
        {
            _weights[i] = (float)(_weights[i] / weight);
        }

        _landmark = at;
        return 1;
    }

    private int BucketOf(TimeSpan value)
    {
        var time = (ulong)Math.Max(0, value.Ticks / TimeSpan.TicksPerMicrosecond);
        if (time < Steps)
        {
            return (int)time;
        }

        var octave = BitOperations.Log2(time);
        var step = (int)(time >> (octave - StepBits)) & (Steps - 1);
        return Math.Min(((octave - StepBits + 1) << StepBits) | step, _weights.Length - 1);
    }

    private static double LowerBound(int bucket)
    {
        var octave = (bucket >> StepBits) - 1;
        return octave < 0 ? bucket : (double)((ulong)(Steps | (bucket & (Steps - 1))) << octave);
    }
}
