using McpRegistry.AccessControl;

namespace McpRegistry.ApiKeys;

/// <summary>A rule that a rotation makes about the new key.</summary>
/// <param name="Source">The rule about the old key.</param>
/// <param name="SourceVersion">The version of that rule that was read.</param>
/// <param name="Rule">The rule to add, with an id of its own; the store sets its version to 1 and starts its count of accesses at zero.</param>
public sealed record ApiKeyRuleCopy(Guid Source, long SourceVersion, AccessRule Rule);
