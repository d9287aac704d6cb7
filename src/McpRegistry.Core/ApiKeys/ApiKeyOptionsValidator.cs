using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>Lists every fault of <see cref="ApiKeyOptions"/> at start-up.</summary>
internal sealed class ApiKeyOptionsValidator : IValidateOptions<ApiKeyOptions>
{
    private const int MinPepperLength = 32;
    private static readonly TimeSpan MaxCacheLifetime = TimeSpan.FromMinutes(5);

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

        if (options.CacheLifetime < TimeSpan.Zero || options.CacheLifetime > MaxCacheLifetime)
        {
            faults.Add($"{ApiKeyOptions.SectionName}:CacheLifetime must be 00:00:00 to 00:05:00.");
        }

        if (options.CacheCapacity is < 1 or > 1_000_000)
        {
            faults.Add($"{ApiKeyOptions.SectionName}:CacheCapacity must be 1 to 1000000.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
