using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>Refuses an admin key that could be guessed or that no header can carry. Its messages never show the key.</summary>
internal sealed class BootstrapOptionsValidator : IValidateOptions<BootstrapOptions>
{
    private const string Setting = BootstrapOptions.SectionName + ":AdminKey";

    public ValidateOptionsResult Validate(string? name, BootstrapOptions options)
    {
        if (options.AdminKey is not { } key)
        {
            return ValidateOptionsResult.Success;
        }

        var faults = new List<string>();
        if (key.Length < BootstrapOptions.MinAdminKeyLength)
        {
            faults.Add($"{Setting} must have at least {BootstrapOptions.MinAdminKeyLength} characters; it has {key.Length}. Take random ones, for example from 'openssl rand -hex 32', or leave the setting out to have a key made.");
        }

        if (key.Length > ApiKeyFormat.MaxLength)
        {
            faults.Add($"{Setting} must have at most {ApiKeyFormat.MaxLength} characters; it has {key.Length}.");
        }

        if (key.Any(static c => c is <= ' ' or > '~'))
        {
            faults.Add($"{Setting} must consist of visible ASCII characters, since it travels in a header.");
        }
        else if (faults.Count == 0 && ApiKeyFormat.Read(key) == ApiKeyForm.Malformed)
        {
            faults.Add($"{Setting} begins like a key that this product made, but its checksum does not fit: it was mistyped or cut.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
