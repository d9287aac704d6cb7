using System.Globalization;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>Checks what attributes cannot say.</summary>
internal sealed class CircuitBreakerOptionsValidator : IValidateOptions<CircuitBreakerOptions>
{
    public ValidateOptionsResult Validate(string? name, CircuitBreakerOptions options)
    {
        if (options.MaxBreakDuration < options.BreakDuration)
        {
            return ValidateOptionsResult.Fail($"{CircuitBreakerOptions.SectionName}:MaxBreakDuration must not be shorter than BreakDuration.");
        }

        var wrong = options.ErrorCodes.Keys.FirstOrDefault(static code => !int.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        return wrong is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail($"{CircuitBreakerOptions.SectionName}:ErrorCodes has '{wrong}', which is no number.");
    }
}
