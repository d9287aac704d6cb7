namespace McpRegistry.Maintenance;

/// <summary>What a column of a retention condition holds.</summary>
public enum RetentionValueKind
{
    /// <summary>Text, compared exactly.</summary>
    Text,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>An id, written as text in the form of a Guid.</summary>
    Id,
}
