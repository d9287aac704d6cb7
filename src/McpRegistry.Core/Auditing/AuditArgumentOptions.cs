namespace McpRegistry.Auditing;

/// <summary>
/// Whether the arguments of tool calls are kept in the audit trail, and what of them never is. Members of <see cref="AuditOptions"/>.
/// </summary>
public sealed class AuditArgumentOptions
{
    /// <summary>Gets or sets a value that tells whether arguments are kept. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>Gets or sets the most bytes of a call's <c>params</c>; of larger ones nothing is kept. 1 to 32,768, default 4,096.</summary>
    public int MaxBytes { get; set; } = 4_096;

    /// <summary>Gets or sets names of members whose values are masked, at any depth and of any tool; compared as a whole, with case. Default none.</summary>
    public IList<string> RedactProperties { get; set; } = [];

    /// <summary>
    /// Gets or sets JSON pointers (RFC 6901) into the arguments whose values are masked, such as <c>/login/pin</c>; a step <c>*</c> is any
    /// member or item. Default none.
    /// </summary>
    public IList<string> RedactPointers { get; set; } = [];
}
