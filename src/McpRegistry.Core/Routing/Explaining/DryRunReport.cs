using System.Collections.Immutable;

namespace McpRegistry.Routing.Explaining;

/// <summary>What a set of rules says about recorded requests.</summary>
/// <param name="Read">How many recorded requests were read.</param>
/// <param name="Rows">Those that rules decide about, newest first.</param>
internal sealed record DryRunReport(int Read, ImmutableArray<DryRunRow> Rows);
