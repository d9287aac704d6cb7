namespace McpRegistry.Routing.Explaining;

/// <summary>What became of a rule when it was its turn. The names are part of <c>router/explain</c>.</summary>
internal enum RuleState
{
    /// <summary>Its conditions hold, and it says where the call goes.</summary>
    Chosen,

    /// <summary>A condition does not hold.</summary>
    Conditions,

    /// <summary>Its conditions hold, and none of its targets is usable for this call.</summary>
    NoUsableTarget,

    /// <summary>Its conditions hold, and it is only about a share of callers that this one is not in.</summary>
    NotInCanary,

    /// <summary>Its conditions hold, and it only has copies made, so that the next rule is asked as well.</summary>
    OnlyMirrors,

    /// <summary>A rule before it was chosen.</summary>
    NotReached,
}
