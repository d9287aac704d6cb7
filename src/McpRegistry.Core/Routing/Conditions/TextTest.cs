using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace McpRegistry.Routing.Conditions;

/// <summary>A comparison of text, by its characters and with case.</summary>
internal abstract class TextTest
{
    /// <summary>The longest text that a pattern is tried on; a longer one fits none.</summary>
    public const int MaxMatched = 4_096;

    /// <summary>Gets the only texts that pass; default when they cannot be listed.</summary>
    public virtual ImmutableArray<string> Values => default;

    public virtual int Cost => 2;

    public abstract bool Holds(ReadOnlySpan<char> text);

    public static TextTest OneOf(IEnumerable<string> values) => new Membership([.. values.Distinct(StringComparer.Ordinal)]);

    public static TextTest Contains(string part) => new Part(part);

    public static TextTest StartsWith(string start) => new Start(start);

    public static TextTest EndsWith(string end) => new End(end);

    public static TextTest Matches(Regex pattern) => new Pattern(pattern);

    private sealed class Membership(ImmutableArray<string> values) : TextTest
    {
        private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _values = values.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

        public override ImmutableArray<string> Values => values;

        public override int Cost => 1;

        public override bool Holds(ReadOnlySpan<char> text) => _values.Contains(text);
    }

    private sealed class Part(string part) : TextTest
    {
        public override bool Holds(ReadOnlySpan<char> text) => text.Contains(part, StringComparison.Ordinal);
    }

    private sealed class Start(string start) : TextTest
    {
        public override bool Holds(ReadOnlySpan<char> text) => text.StartsWith(start, StringComparison.Ordinal);
    }

    private sealed class End(string end) : TextTest
    {
        public override bool Holds(ReadOnlySpan<char> text) => text.EndsWith(end, StringComparison.Ordinal);
    }

    private sealed class Pattern(Regex pattern) : TextTest
    {
        public override int Cost => 20;

        public override bool Holds(ReadOnlySpan<char> text) => text.Length <= MaxMatched && pattern.IsMatch(text);
    }
}
