using System.Text;
using McpRegistry.Protocol;
using Microsoft.Extensions.Options;

namespace McpRegistry.Auditing;

/// <summary>Lists the faults of <see cref="AuditOptions"/> that ranges cannot tell: a misspelt name would leave out or keep the wrong thing unnoticed.</summary>
internal sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
{
    private const int MostArgumentBytes = 32_768;

    public ValidateOptionsResult Validate(string? name, AuditOptions options)
    {
        var faults = new List<string>();
        Check(options.QuietMethods, "QuietMethods", IsMethod, "is no MCP method; one such as 'ping' or 'tools/list' is expected", faults);
        var arguments = options.Arguments;
        if (arguments.MaxBytes is < 1 or > MostArgumentBytes)
        {
            faults.Add($"{AuditOptions.SectionName}:Arguments:MaxBytes must be 1 to {MostArgumentBytes}; it is {arguments.MaxBytes}.");
        }

        Check(arguments.RedactProperties, "Arguments:RedactProperties", static text => text.Length > 0, "names no member", faults);
        Check(
            arguments.RedactPointers,
            "Arguments:RedactPointers",
            static text => ArgumentPointer.Parse(text) is not null,
            "is no JSON pointer to a member or item; one such as '/login/pin' is expected",
            faults);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsMethod(string text) => McpMethods.Parse(Encoding.UTF8.GetBytes(text)) != McpMethod.Unknown;

    private static void Check(IList<string> texts, string setting, Func<string, bool> isGood, string message, List<string> faults)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            if (!isGood(texts[i]))
            {
                faults.Add($"{AuditOptions.SectionName}:{setting}:{i} '{texts[i]}' {message}.");
            }
        }
    }
}
