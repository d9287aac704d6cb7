using McpRegistry.Servers;
using Microsoft.Extensions.Options;

namespace McpRegistry.Limits;

/// <summary>Checks what the attributes of <see cref="LimitOptions"/> do not reach.</summary>
internal sealed class LimitOptionsValidator : IValidateOptions<LimitOptions>
{
    private const string Section = LimitOptions.SectionName + ":Rates";

    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        var rates = options.Rates;
        var faults = new List<string>();
        (string Name, int Value)[] all =
        [
            (nameof(rates.Global), rates.Global),
            (nameof(rates.Tenant), rates.Tenant),
            (nameof(rates.Admin), rates.Admin),
            (nameof(rates.ServerOwner), rates.ServerOwner),
            (nameof(rates.Service), rates.Service),
            (nameof(rates.User), rates.User),
            (nameof(rates.ReadOnly), rates.ReadOnly),
            (nameof(rates.Anonymous), rates.Anonymous),
            (nameof(rates.Tool), rates.Tool ?? 1),
            .. rates.Tools.Select(static tool => ($"{nameof(RateOptions.Tools)}:{tool.Key}", tool.Value)),
        ];
        faults.AddRange(all
            .Where(static rate => rate.Value is < 1 or > TokenRate.MostPerMinute)
            .Select(static rate => $"{Section}:{rate.Name} must be 1 to {TokenRate.MostPerMinute}."));
        faults.AddRange(rates.Tools.Keys
            .Where(static tool => !ToolKey.TryParse(tool, out _))
            .Select(static tool => $"{Section}:{nameof(RateOptions.Tools)}:{tool} must be SERVER__TOOL, where SERVER is {ServerKey.Form}."));
        Check(nameof(rates.Burst), rates.Burst is >= TokenRate.LeastBurst and <= TokenRate.MostBurst, "0.1 to 100");
        Check(nameof(rates.TenantBurst), rates.TenantBurst is >= TokenRate.LeastBurst and <= TokenRate.MostBurst, "0.1 to 100");
        Check(nameof(rates.Overuse), rates.Overuse is >= 1 and <= 100, "1 to 100");
        Check(nameof(rates.BanAfter), rates.BanAfter is >= 0 and <= 1_000_000, "0 to 1000000");
        Check(nameof(rates.BanDuration), rates.BanDuration >= TimeSpan.FromSeconds(1) && rates.BanDuration <= TimeSpan.FromDays(30), "1 second to 30 days");
        Check(nameof(rates.Capacity), rates.Capacity is >= 1000 and <= 10_000_000, "1000 to 10000000");
        if (!Enum.IsDefined(options.OnStoreFailure))
        {
            faults.Add($"{LimitOptions.SectionName}:{nameof(options.OnStoreFailure)} must be Share, Refuse or Allow.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(string member, bool isValid, string range)
        {
            if (!isValid)
            {
                faults.Add($"{Section}:{member} must be {range}.");
            }
        }
    }
}
