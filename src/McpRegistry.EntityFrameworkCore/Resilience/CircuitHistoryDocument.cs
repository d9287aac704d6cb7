using System.Collections.Immutable;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Resilience;

namespace McpRegistry.EntityFrameworkCore.Resilience;

/// <summary>The history of a breaker as one column.</summary>
internal sealed class CircuitHistoryDocument
{
    public DateTimeOffset? Since { get; init; }

    public ImmutableArray<Entry> Transitions { get; init; } = [];

    /// <summary>Brings a history into the form that is kept; null for one that says nothing.</summary>
    public static CircuitHistoryDocument? Of(CircuitHistory history) => history == CircuitHistory.Empty
        ? null
        : new CircuitHistoryDocument
        {
            Since = StoredTime.Normalize(history.Since),
            Transitions =
            [
                .. history.Transitions.Select(static transition => new Entry
                {
                    At = StoredTime.Normalize(transition.At),
                    Before = EnumText<CircuitState>.Write(transition.Before),
                    State = EnumText<CircuitState>.Write(transition.State),
                    Reason = transition.Reason,
                    Instance = transition.Instance,
                }),
            ],
        };

    /// <summary>Reads it back, without changes to or from states that only a later version knows.</summary>
    public CircuitHistory ToRecord() => CircuitHistory.Of(Transitions.Select(static entry => entry.ToRecord()).OfType<CircuitTransition>(), Since);

    internal sealed class Entry
    {
        public DateTimeOffset At { get; init; }

        public string Before { get; init; } = "";

        public string State { get; init; } = "";

        public string? Reason { get; init; }

        public string? Instance { get; init; }

        public CircuitTransition? ToRecord() => EnumText<CircuitState>.TryRead(Before, out var before) && EnumText<CircuitState>.TryRead(State, out var state)
            ? new CircuitTransition { At = At, Before = before, State = state, Reason = Reason, Instance = Instance }
            : null;
    }
}
