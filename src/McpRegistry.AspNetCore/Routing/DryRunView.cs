using System.Collections.Immutable;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Routing.Conditions;
using McpRegistry.Routing.Explaining;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>The answer of a dry run.</summary>
/// <param name="Read">How many entries of the log were read.</param>
/// <param name="Decided">How many of them rules decide about.</param>
/// <param name="NeverLogged">What no entry of the log has: conditions on it are unknown.</param>
/// <param name="Default">How many would go where they go without rules.</param>
/// <param name="Undecided">How many hang on what the log lacks.</param>
/// <param name="Missing">What it lacks for them, and for how many.</param>
/// <param name="Rules">How many each rule would decide about, or have copied, for sure.</param>
/// <param name="Requests">The newest of the requests.</param>
internal sealed record DryRunView(
    int Read,
    int Decided,
    ImmutableArray<string> NeverLogged,
    int Default,
    int Undecided,
    ImmutableSortedDictionary<string, int> Missing,
    ImmutableArray<DryRunRuleView> Rules,
    ImmutableArray<DryRunRequestView> Requests)
{
    private const int MaxShown = 100;

    public static DryRunView Of(DryRunReport report) => new(
        report.Read,
        report.Rows.Length,
        [.. RouteFields.NamesOf(RecordedCall.NeverLogged)],
        report.Rows.Count(static row => row.Verdict == DryRunVerdict.Default),
        report.Rows.Count(static row => row.Verdict == DryRunVerdict.Undecided),
        report.Rows.SelectMany(static row => RouteFields.NamesOf(row.Missing)).CountBy(static name => name, StringComparer.Ordinal).ToImmutableSortedDictionary(StringComparer.Ordinal),
        DryRunRuleView.Of(report.Rows),
        [.. report.Rows.Take(MaxShown).Select(DryRunRequestView.Of)]);
}

/// <param name="Id">The rule.</param>
/// <param name="Name">Its name.</param>
/// <param name="Requests">How many it would decide about.</param>
/// <param name="Moved">How many of these would go to other servers than they went to.</param>
/// <param name="Copied">Of how many its mirror would get its share of copies.</param>
internal sealed record DryRunRuleView(Guid Id, string Name, int Requests, int Moved, int Copied)
{
    public static ImmutableArray<DryRunRuleView> Of(ImmutableArray<DryRunRow> rows)
    {
        var decided = rows.Where(static row => row.Verdict == DryRunVerdict.Rule).ToLookup(static row => row.Rule!);
        var copied = rows.Where(static row => row.Copier is not null).ToLookup(static row => row.Copier!);
        return [.. decided.Concat(copied).Select(static rows => rows.Key).Distinct().Select(rule => new DryRunRuleView(
            rule.Id, rule.Name, decided[rule].Count(), decided[rule].Count(static row => row.Server is null || !row.Targets.Contains(row.Server, StringComparer.Ordinal)), copied[rule].Count()))];
    }
}

internal sealed record DryRunRequestView(
    Guid Id, DateTimeOffset At, string? Method, string? Item, string? Server, string Verdict, string? Rule, ImmutableArray<string> Targets,
    ImmutableArray<string> Possible, ImmutableArray<string> Missing, string? Copy)
{
    public static DryRunRequestView Of(DryRunRow row) => new(
        row.Entry.Id,
        row.Entry.RequestTime,
        row.Entry.McpMethod,
        row.Entry.TargetName,
        row.Server,
        WireNames<DryRunVerdict>.Of(row.Verdict),
        row.Rule?.Name,
        row.Targets,
        [.. row.Possible.Select(static rule => rule.Name)],
        [.. RouteFields.NamesOf(row.Missing)],
        row.Copier?.Name);
}
