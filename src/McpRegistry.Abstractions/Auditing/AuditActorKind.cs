namespace McpRegistry.Auditing;

/// <summary>What kind of party acted.</summary>
public enum AuditActorKind
{
    /// <summary>Nobody who was recognised.</summary>
    Anonymous,

    /// <summary>A person.</summary>
    User,

    /// <summary>The holder of an API key.</summary>
    ApiKey,

    /// <summary>The system itself.</summary>
    System,
}
