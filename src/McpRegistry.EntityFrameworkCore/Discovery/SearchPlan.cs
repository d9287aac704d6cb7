namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>How each part of the servers is searched.</summary>
/// <param name="Terms">All conditions on one value.</param>
/// <param name="Branches">
/// The parts, each with the term from whose rows it starts; null walks the servers in their order and stops when the page
/// is full.
/// </param>
internal sealed record SearchPlan(SearchTerm[] Terms, (SearchBranch Branch, SearchTerm? Start)[] Branches);
