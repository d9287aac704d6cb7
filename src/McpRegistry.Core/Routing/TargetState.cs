namespace McpRegistry.Routing;

/// <summary>Whether a call can go to a target, and if not, why. The names are part of <c>router/explain</c>.</summary>
internal enum TargetState
{
    Usable,

    /// <summary>It is usable, and so is one that is preferred to it.</summary>
    Standby,

    /// <summary>The caller's tenant sees no server of that alias.</summary>
    UnknownServer,

    /// <summary>The tenant has such a server, and it does not exist for the caller.</summary>
    Hidden,

    /// <summary>The server is switched off, or not reached at the moment.</summary>
    Away,

    /// <summary>An operator has taken the server out for a while.</summary>
    Maintenance,

    /// <summary>The server has no such endpoint.</summary>
    UnknownEndpoint,

    /// <summary>The endpoint is not reached at the moment.</summary>
    EndpointAway,

    /// <summary>Circuit breakers let no call through to any endpoint that it could go to.</summary>
    CircuitOpen,

    /// <summary>It is preferred and wants to be left alone for now, while another one of its list is usable.</summary>
    Refusing,

    /// <summary>The server offers no tool, prompt or resource of the same own name.</summary>
    LacksItem,

    /// <summary>The server's tool wants other arguments repeated in headers, which the client cannot know.</summary>
    OtherHeaders,

    /// <summary>The caller may not call the method at that server.</summary>
    MethodDenied,

    /// <summary>It is to get copies, and one of the two servers does not say that such a call changes nothing.</summary>
    MayChange,

    /// <summary>Its weight is 0.</summary>
    NoWeight,
}
