using System.Collections.Immutable;
using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing.Explaining;

/// <summary>Whether a rule has somewhere to go for a recorded request.</summary>
/// <param name="Truth">Whether it has.</param>
/// <param name="Servers">The servers that it may go to, by alias.</param>
/// <param name="Missing">What the log lacks for it to be known; none where it is.</param>
internal readonly record struct RecordedReach(Truth Truth, ImmutableArray<string> Servers, RouteField Missing)
{
    public static readonly RecordedReach Nowhere = new(Truth.No, [], RouteField.None);

    /// <summary>Returns where a request goes that goes here, and where there may be nothing, there.</summary>
    public RecordedReach Else(RecordedReach other) => Truth switch
    {
        Truth.Yes => this,
        Truth.No => other,
        _ => new RecordedReach(other.Truth == Truth.Yes ? Truth.Yes : Truth.Unknown, Union(other), other.Truth == Truth.Yes ? RouteField.None : Missing | other.Missing),
    };

    /// <summary>Returns where a request goes of which nobody knows which of the two ways it takes.</summary>
    /// <param name="other">The other way.</param>
    /// <param name="why">What the log lacks for it to be known.</param>
    public RecordedReach Or(RecordedReach other, RouteField why) => (Truth, other.Truth) switch
    {
        (Truth.Yes, Truth.Yes) => new RecordedReach(Truth.Yes, Union(other), RouteField.None),
        (Truth.No, Truth.No) => Nowhere,
        _ => new RecordedReach(Truth.Unknown, Union(other), Missing | other.Missing | why),
    };

    private ImmutableArray<string> Union(RecordedReach other) => [.. Servers.Union(other.Servers, StringComparer.Ordinal)];
}
