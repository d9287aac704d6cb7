namespace McpRegistry.Limits;

/// <summary>The requests of one tenant in the last ten steps of time. Each step is one number: which step it is, and the count.</summary>
internal sealed class TenantSteps
{
    private const int Steps = 10;
    private const int StepBits = 32;
    private const long CountMask = uint.MaxValue;

    private readonly long[] _steps = new long[Steps];
    private double _weight;
    private long _seen;

    public double Weight => Volatile.Read(ref _weight);

    public bool IsWeighed(double weight) => Weight.Equals(weight);

    public void Weigh(double weight, long step)
    {
        Volatile.Write(ref _weight, weight);
        Volatile.Write(ref _seen, step);
    }

    /// <summary>Tells whether the tenant was seen within the window.</summary>
    public bool IsActive(long step) => Volatile.Read(ref _seen) > step - Steps;

    public void Add(long step, int requests)
    {
        ref var place = ref _steps[step % Steps];
        var value = Volatile.Read(ref place);
        while (true)
        {
            var count = value >> StepBits == step ? value & CountMask : 0;
            var next = (step << StepBits) | (uint)Math.Max(0, count + requests);
            var seen = Interlocked.CompareExchange(ref place, next, value);
            if (seen == value)
            {
                Volatile.Write(ref _seen, step);
                return;
            }

            value = seen;
        }
    }

    public long Count(long step)
    {
        var sum = 0L;
        foreach (ref var place in _steps.AsSpan())
        {
            var value = Volatile.Read(ref place);
            sum += value >> StepBits > step - Steps ? value & CountMask : 0;
        }

        return sum;
    }
}
