using Microsoft.Extensions.Options;

namespace McpRegistry.Servers;

/// <summary>Lists every fault of <see cref="StdioOptions"/> at start-up.</summary>
internal sealed class StdioOptionsValidator : IValidateOptions<StdioOptions>
{
    public ValidateOptionsResult Validate(string? name, StdioOptions options)
    {
        var faults = new List<string>();
        for (var i = 0; i < options.AllowedCommands.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(options.AllowedCommands[i].Command))
            {
                faults.Add($"{StdioOptions.SectionName}:AllowedCommands:{i}:Command must name a program.");
            }
        }

        for (var i = 0; i < options.AllowedEnvironmentVariables.Count; i++)
        {
            if (!EnvironmentName.IsValid(options.AllowedEnvironmentVariables[i]))
            {
                faults.Add($"{StdioOptions.SectionName}:AllowedEnvironmentVariables:{i} must be the name of a variable: a letter or '_', then letters, digits or '_'.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
