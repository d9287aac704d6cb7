using System.Globalization;

namespace McpRegistry.Routing.Conditions;

/// <summary>A JSON pointer (RFC 6901) into the arguments of a call. Two of the same text are equal.</summary>
internal sealed class ArgumentPointer : IEquatable<ArgumentPointer>
{
    private const string Arguments = "arguments";

    private readonly string _text;
    private readonly int _hash;

    private ArgumentPointer(string text, (string Name, int Index)[] steps) => (_text, _hash, Steps) = (text, text.GetHashCode(StringComparison.Ordinal), steps);

    /// <summary>Gets the members on the way from the params, and which item of an array each stands for; -1 for none.</summary>
    public IReadOnlyList<(string Name, int Index)> Steps { get; }

    /// <summary>Reads a pointer such as <c>/filter/region</c>; null when it has not that form.</summary>
    public static ArgumentPointer? Parse(string text)
    {
        if (text.Length > 0 && text[0] != '/')
        {
            return null;
        }

        var steps = new List<(string, int)> { (Arguments, -1) };
        foreach (var step in text.Length == 0 ? [] : text[1..].Split('/'))
        {
            for (var tilde = step.IndexOf('~', StringComparison.Ordinal); tilde >= 0; tilde = step.IndexOf('~', tilde + 1))
            {
                if (tilde + 1 == step.Length || step[tilde + 1] is not ('0' or '1'))
                {
                    return null;
                }
            }

            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var isIndex = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (name == "0" || name[0] != '0');
            steps.Add((name, isIndex ? index : -1));
        }

        return new ArgumentPointer(text, [.. steps]);
    }

    public bool Equals(ArgumentPointer? other) => ReferenceEquals(this, other) || (other is not null && string.Equals(_text, other._text, StringComparison.Ordinal));

    public override bool Equals(object? obj) => Equals(obj as ArgumentPointer);

    public override int GetHashCode() => _hash;
}
