using McpRegistry.Servers;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>Checks the times of all servers and tools.</summary>
internal sealed class ResilienceOptionsValidator : IValidateOptions<ResilienceOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestHedge = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, ResilienceOptions options)
    {
        var wrong = Times(options).Where(static time => time.Value < Shortest || time.Value > Longest).Select(static time => time.Path).ToArray();
        if (options.Servers.Keys.FirstOrDefault(static key => !ServerKey.TryParse(key, out _)) is { } unknown)
        {
            return ValidateOptionsResult.Fail($"{ResilienceOptions.SectionName}:Servers:{unknown} must name {ServerKey.Form}.");
        }

        if (options.Servers.FirstOrDefault(static server => server.Value.MaxConcurrent is < 1 or > 1_000_000) is { Key: { } crowded })
        {
            return ValidateOptionsResult.Fail($"{ResilienceOptions.SectionName}:Servers:{crowded}:MaxConcurrent must be from 1 to 1,000,000.");
        }

        if (options.Servers.FirstOrDefault(static server => !Enum.IsDefined(server.Value.SessionLoss)) is { Key: { } undefined })
        {
            return ValidateOptionsResult.Fail($"{ResilienceOptions.SectionName}:Servers:{undefined}:SessionLoss must be Reopen or End.");
        }

        if (HedgeDelays(options).FirstOrDefault(static delay => delay.Value < TimeSpan.Zero || delay.Value > LongestHedge) is { Path: { } hedged })
        {
            return ValidateOptionsResult.Fail($"{ResilienceOptions.SectionName}:{hedged} must be from 0 to 1 minute.");
        }

        return wrong.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(wrong.Select(static path => $"{ResilienceOptions.SectionName}:{path} must be from 0.1 seconds to 1 day."));
    }

    private static IEnumerable<(string Path, TimeSpan? Value)> HedgeDelays(ResilienceOptions options) => options.Servers.SelectMany(static server =>
        server.Value.Tools.Select(tool => ($"Servers:{server.Key}:Tools:{tool.Key}:HedgeDelay", tool.Value.HedgeDelay))
            .Prepend(($"Servers:{server.Key}:HedgeDelay", server.Value.HedgeDelay)));

    private static IEnumerable<(string Path, TimeSpan? Value)> Times(ResilienceOptions options)
    {
        yield return ("AttemptTimeout", options.AttemptTimeout);
        foreach (var (alias, server) in options.Servers)
        {
            yield return ($"Servers:{alias}:RequestTimeout", server.RequestTimeout);
            yield return ($"Servers:{alias}:MaxRequestDuration", server.MaxRequestDuration);
            yield return ($"Servers:{alias}:AttemptTimeout", server.AttemptTimeout);
            foreach (var (tool, own) in server.Tools)
            {
                yield return ($"Servers:{alias}:Tools:{tool}:RequestTimeout", own.RequestTimeout);
                yield return ($"Servers:{alias}:Tools:{tool}:MaxRequestDuration", own.MaxRequestDuration);
                yield return ($"Servers:{alias}:Tools:{tool}:AttemptTimeout", own.AttemptTimeout);
            }
        }
    }
}
