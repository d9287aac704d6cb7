using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Principals;

/// <summary>Whether a known principal is let in.</summary>
/// <param name="Caller">Who it is; null for a refused one of whom nothing is known.</param>
/// <param name="Refusal">Why it is not let in; null when it is.</param>
internal readonly record struct Admission(Caller? Caller, Problem? Refusal);
