using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>Checks what attributes cannot say.</summary>
internal sealed class RouterFactsOptionsValidator : IValidateOptions<RouterFactsOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public ValidateOptionsResult Validate(string? name, RouterFactsOptions options)
    {
        var faults = new List<string>();
        if (options.Interval > TimeSpan.Zero && options.Interval < Shortest)
        {
            faults.Add($"{RouterFactsOptions.SectionName}:Interval must be 0 or at least 1 second.");
        }

        if (options.Lifetime < options.Interval * 4)
        {
            faults.Add($"{RouterFactsOptions.SectionName}:Lifetime must be at least four times Interval.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
