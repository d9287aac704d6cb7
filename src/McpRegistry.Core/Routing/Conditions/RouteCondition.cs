namespace McpRegistry.Routing.Conditions;

/// <summary>A condition in the form in which it is asked. Asking takes no lock and no memory.</summary>
/// <param name="path">Where it stands in its document.</param>
internal abstract class RouteCondition(string path)
{
    public string Path => path;

    /// <summary>Gets all that it looks at.</summary>
    public abstract RouteField Fields { get; }

    public abstract Truth Of(in RouteFacts facts);

    /// <summary>Gets what asking costs, roughly: within a group the cheap ones are asked first.</summary>
    public virtual int Cost => 1;

    /// <summary>Adds what a call must have for the condition to hold, as far as that can be looked up.</summary>
    public virtual void AddKeys(List<RouteKeys> keys)
    {
    }

    /// <summary>Names the headers that it looks at.</summary>
    public virtual IEnumerable<string> Headers => [];

    /// <summary>Names the values among the arguments that it looks at.</summary>
    public virtual IEnumerable<ArgumentPointer> Pointers => [];

    /// <summary>Finds the innermost condition that decided that this one does not hold for sure; null when it holds.</summary>
    public virtual RouteCondition? Culprit(in RouteFacts facts) => Of(facts) == Truth.Yes ? null : this;

    /// <summary>Adds what a log lacks of all that decides here.</summary>
    public virtual RouteField Missing(in RouteFacts facts) => Of(facts) == Truth.Unknown ? Fields & facts.Unknown : RouteField.None;

    protected static Truth When(bool holds) => holds ? Truth.Yes : Truth.No;
}
