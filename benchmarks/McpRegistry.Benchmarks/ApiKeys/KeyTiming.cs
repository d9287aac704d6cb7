using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Benchmarks.ApiKeys;

/// <summary>
/// Does the time of a refusal tell how much of a secret was right? Wrong secrets that share 0, 8 or 40 leading characters
/// with the right one, in random order, compared in pairs by Welch's t-test on samples without their slowest tenth. The same is measured
/// with a comparison behind it that stops at the first character that differs: a measurement that does not find that one would prove nothing.
/// </summary>
internal static class KeyTiming
{
    // The bound of the usual leakage tests for "these are two distributions".
    private const double Bound = 4.5;
    private const int SecretLength = 43;
    private const int TailLength = 50; // The secret, its separator and the checksum.
    private const int Pool = 1_000;
    private static readonly int[] Shared = [0, 8, 40];

    /// <returns>0 when no pair is told apart, and with the leak the two farthest are, else 1.</returns>
    public static async Task<int> RunAsync(int count)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMcpRegistryApiKeys(static options => options.CacheLifetime = TimeSpan.FromMinutes(5)).UseInMemory();
        await using var provider = services.BuildServiceProvider();
        var right = ApiKeyFormat.Generate("live");

        // Expired, because wrong secrets for a live key would soon lock it; the comparison is the same.
        var key = provider.GetRequiredService<ApiKeyComposer>().Compose(right, "target", ApiKeyScope.Read, null) with { ExpiresAt = DateTimeOffset.UnixEpoch };
        await provider.GetRequiredService<IApiKeyStore>().AddAsync(TenantId.Global, key, null, CancellationToken.None);
        var validator = provider.GetRequiredService<IApiKeyValidator>();
        var wrong = Shared.Select(shared => Enumerable.Range(0, Pool).Select(_ => Wrong(right, shared)).ToArray()).ToArray();

        await MeasureAsync(validator, wrong, Math.Min(count, 20_000), null);
        var apart = Report(await MeasureAsync(validator, wrong, count, null), count);
        Print($"With a comparison that leaks:");
        await MeasureAsync(validator, wrong, Math.Min(count, 20_000), right);
        var leak = Report(await MeasureAsync(validator, wrong, count, right), count);
        var isFound = leak.Contains((0, Shared.Length - 1));
        Print($"{(isFound ? "The leak was found." : "THE LEAK WAS NOT FOUND: the measurement is blind here.")}");
        return apart.Count == 0 && isFound ? 0 : 1;
    }

    /// <summary>What must not be: the more characters are right, the longer it takes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static int CompareWithLeak(string text, string right)
    {
        var equal = 0;
        while (equal < text.Length && text[equal] == right[equal])
        {
            equal++;
        }

        return equal;
    }

    private static string Wrong(string right, int shared)
    {
        var head = right[..^TailLength];
        var secret = right[^TailLength..^(TailLength - SecretLength)];
        while (true)
        {
            var other = ApiKeyFormat.Generate("live")[^TailLength..^(TailLength - SecretLength)];
            if (other[shared] != secret[shared])
            {
                return ApiKeyFormat.Seal(head + secret[..shared] + other[shared..]);
            }
        }
    }

    private static async Task<double[][]> MeasureAsync(IApiKeyValidator validator, string[][] wrong, int count, string? leaked)
    {
        var order = Shared.SelectMany((_, group) => Enumerable.Repeat(group, count)).ToArray();
        Random.Shared.Shuffle(order);
        var taken = new int[Shared.Length];
        var samples = Shared.Select(_ => new double[count]).ToArray();
        foreach (var group in order)
        {
            var text = wrong[group][taken[group] % Pool];
            var start = Stopwatch.GetTimestamp();
            var validation = await validator.ValidateAsync(text, IPAddress.Loopback, CancellationToken.None);
            if (leaked is not null && CompareWithLeak(text, leaked) == text.Length)
            {
                throw new InvalidOperationException("A wrong secret is the right one.");
            }

            samples[group][taken[group]++] = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            if (validation.Failure != ApiKeyFailure.WrongSecret)
            {
                throw new InvalidOperationException($"A wrong secret was answered with {validation.Failure}.");
            }
        }

        return samples;
    }

    private static List<(int Left, int Right)> Report(double[][] samples, int count)
    {
        var trimmed = samples.Select(static group => group.Order().Take(group.Length * 9 / 10).ToArray()).ToArray();
        var apart = new List<(int, int)>();
        for (var i = 0; i < Shared.Length; i++)
        {
            Print($"{Shared[i],2} characters shared: mean {trimmed[i].Average():F1} ns, median {trimmed[i][trimmed[i].Length / 2]:F0} ns, {count:N0} validations");
        }

        for (var i = 0; i < Shared.Length; i++)
        {
            for (var j = i + 1; j < Shared.Length; j++)
            {
                var t = Welch(trimmed[i], trimmed[j]);
                if (Math.Abs(t) >= Bound)
                {
                    apart.Add((i, j));
                }

                Print($"{Shared[i]} against {Shared[j]}: t = {t:F2}, difference {trimmed[i].Average() - trimmed[j].Average():F2} ns: {(Math.Abs(t) < Bound ? "not told apart" : "TOLD APART")}");
            }
        }

        return apart;
    }

    private static double Welch(double[] left, double[] right)
    {
        var (meanLeft, meanRight) = (left.Average(), right.Average());
        return (meanLeft - meanRight) / Math.Sqrt((Variance(left, meanLeft) / left.Length) + (Variance(right, meanRight) / right.Length));
    }

    private static double Variance(double[] values, double mean) => values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
