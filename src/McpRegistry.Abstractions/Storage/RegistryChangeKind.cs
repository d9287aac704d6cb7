namespace McpRegistry.Storage;

/// <summary>What a change is about. Later versions add members.</summary>
public enum RegistryChangeKind
{
    /// <summary>Changes were lost or are no longer kept: reload everything.</summary>
    Reset,

    /// <summary>A kind that only a newer version knows, whose replica shares the store: there is nothing to do for it here.</summary>
    Other,

    /// <summary>The definition of a server. A deleted server takes its catalogue along.</summary>
    Server,

    /// <summary>The discovery report and the catalogue of a server.</summary>
    Catalogue,

    /// <summary>An API key.</summary>
    ApiKey,

    /// <summary>A tenant.</summary>
    Tenant,

    /// <summary>A user.</summary>
    User,

    /// <summary>Who may use a server.</summary>
    AccessControl,

    /// <summary>A routing rule.</summary>
    RoutingRule,

    /// <summary>A value of the system configuration.</summary>
    SystemConfig,

    /// <summary>The state of a circuit breaker.</summary>
    CircuitBreaker,

    /// <summary>A performance alert: its definition, or that it fired.</summary>
    PerformanceAlert,

    /// <summary>A data retention policy.</summary>
    RetentionPolicy,

    /// <summary>The definition of a materialised view.</summary>
    MaterializedView,

    /// <summary>The limits of a key, user, tenant, address or tool were reset; the id is derived from it.</summary>
    LimitReset,

    /// <summary>A replica needs the calls of a quota that others hold unspent; nothing is stored.</summary>
    QuotaRecall,
}
