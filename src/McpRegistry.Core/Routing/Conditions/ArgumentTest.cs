using System.Text.Json;

namespace McpRegistry.Routing.Conditions;

/// <summary>A comparison of one JSON value. Objects and arrays pass none; a number equals a number of the same value.</summary>
internal sealed class ArgumentTest
{
    /// <summary>Gets what is asked of text; null when no text passes.</summary>
    public TextTest? Text { get; init; }

    /// <summary>Gets the numbers that pass.</summary>
    public double[] Numbers { get; init; } = [];

    /// <summary>Gets the border that a number must be above; null for none.</summary>
    public double? Above { get; init; }

    /// <summary>Gets the border that a number must be below; null for none.</summary>
    public double? Below { get; init; }

    /// <summary>Gets which of true, false and null pass.</summary>
    public JsonValueKind[] Words { get; init; } = [];

    /// <summary>Asks about a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="text">Its text; empty for what is none.</param>
    public bool Holds(in ArgumentValue value, ReadOnlySpan<char> text) => value.Kind switch
    {
        JsonValueKind.String => Text is not null && Text.Holds(text),
        JsonValueKind.Number => Numbers.Contains(value.Number) || value.Number > Above || value.Number < Below,
        JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => Words.Contains(value.Kind),
        _ => false,
    };
}
