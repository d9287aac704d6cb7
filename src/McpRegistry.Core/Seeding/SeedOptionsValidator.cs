using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpRegistry.Seeding;

/// <summary>Keeps demo data out of production. A host that does not say where it runs counts as production, as it does in .NET.</summary>
internal sealed class SeedOptionsValidator(IHostEnvironment? environment = null) : IValidateOptions<SeedOptions>
{
    public ValidateOptionsResult Validate(string? name, SeedOptions options) =>
        options.Enabled && environment?.IsProduction() != false
            ? ValidateOptionsResult.Fail(
                $"{SeedOptions.SectionName}:Enabled is for evaluation only and refused in the environment Production. Remove the setting, or set DOTNET_ENVIRONMENT (ASPNETCORE_ENVIRONMENT in web hosts) to Development or another name if this is no production system.")
            : ValidateOptionsResult.Success;
}
