namespace McpRegistry.Auditing;

/// <summary>What is wrong with a part of an audit chain.</summary>
public enum AuditChainFaultKind
{
    /// <summary>The row does not say what it said when it was hashed.</summary>
    Changed,

    /// <summary>One row or several in a line are not there.</summary>
    Missing,

    /// <summary>The row is whole, but stands at the place of another one.</summary>
    Moved,

    /// <summary>The row was not put in by the registry.</summary>
    Inserted,

    /// <summary>The row is whole in itself, but its successor, or the head of the chain, was made for another one.</summary>
    Replaced,

    /// <summary>The row has a hash of a version that is not known here.</summary>
    UnknownVersion,

    /// <summary>The chain has rows, but its head is gone.</summary>
    NoHead,

    /// <summary>The row whose hash was kept elsewhere has another one, or is not there.</summary>
    NotAsKnown,
}
