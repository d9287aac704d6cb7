using System.Globalization;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>Lists every fault of <see cref="ApiKeyOptions"/> at start-up.</summary>
internal sealed class ApiKeyOptionsValidator : IValidateOptions<ApiKeyOptions>
{
    private const int MinPepperLength = 32;
    private static readonly TimeSpan LongestLock = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, ApiKeyOptions options)
    {
        var faults = new List<string>();
        if (!ApiKeyFormat.IsEnvironment(options.Environment))
        {
            faults.Add($"{ApiKeyOptions.SectionName}:Environment must have 1 to 10 characters a-z or 0-9.");
        }

        if (options.Pepper is { Length: < MinPepperLength })
        {
            faults.Add($"{ApiKeyOptions.SectionName}:Pepper must have at least {MinPepperLength} characters, or be left out.");
        }

        Check(faults, nameof(options.CacheLifetime), options.CacheLifetime, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Check(faults, nameof(options.CacheCapacity), options.CacheCapacity, 1_000_000);
        Check(faults, nameof(options.UnknownLifetime), options.UnknownLifetime, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Check(faults, nameof(options.UnknownCapacity), options.UnknownCapacity, 1_000_000);
        Check(faults, nameof(options.LookupTimeout), options.LookupTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        Check(faults, nameof(options.LockoutThreshold), options.LockoutThreshold, 1_000);
        Check(faults, nameof(options.LockoutDuration), options.LockoutDuration, TimeSpan.FromSeconds(1), LongestLock);
        Check(faults, nameof(options.MaxLockoutDuration), options.MaxLockoutDuration, options.LockoutDuration, LongestLock);
        Check(faults, nameof(options.GuessLimit), options.GuessLimit, 1_000_000);
        Check(faults, nameof(options.GuessWindow), options.GuessWindow, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Check(faults, nameof(options.GuessAddresses), options.GuessAddresses, 1_000_000);
        Check(faults, nameof(options.RotationOverlap), options.RotationOverlap, TimeSpan.Zero, ApiKeyDefinitionValidator.MaxOverlap);
        Check(faults, nameof(options.RotationAge), options.RotationAge, TimeSpan.FromDays(1), TimeSpan.FromDays(3_650));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Check(List<string> faults, string name, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            faults.Add($"{ApiKeyOptions.SectionName}:{name} must be {least} to {most}.");
        }
    }

    private static void Check(List<string> faults, string name, int value, int most)
    {
        if (value < 1 || value > most)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{ApiKeyOptions.SectionName}:{name} must be 1 to {most}."));
        }
    }
}
