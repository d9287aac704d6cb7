namespace McpRegistry.Limits;

/// <summary>Names a bucket.</summary>
/// <param name="Kind">The kind of limit.</param>
/// <param name="Id">The tenant, user, key or server, or the address as a number.</param>
/// <param name="Name">The tool at the server, or the host's name of a user that has no id.</param>
internal readonly record struct BucketKey(LimitKind Kind, Guid Id, string? Name = null);
