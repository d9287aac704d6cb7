namespace McpRegistry.Auditing;

/// <summary>A JSON pointer whose steps are compared as a whole; <c>*</c> is any of them.</summary>
internal sealed class ArgumentPointer
{
    private const string Any = "*";

    private readonly string[] _steps;

    private ArgumentPointer(string[] steps) => _steps = steps;

    /// <summary>Reads a pointer; null when it is none, or points at all arguments.</summary>
    public static ArgumentPointer? Parse(string text)
    {
        if (text.Length < 2 || text[0] != '/')
        {
            return null;
        }

        var steps = text[1..].Split('/');
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i].Replace("~0", "", StringComparison.Ordinal).Replace("~1", "", StringComparison.Ordinal).Contains('~', StringComparison.Ordinal))
            {
                return null;
            }

            steps[i] = steps[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        return new ArgumentPointer(steps);
    }

    public bool Matches(List<string> path)
    {
        if (path.Count != _steps.Length)
        {
            return false;
        }

        for (var i = 0; i < _steps.Length; i++)
        {
            if (!string.Equals(_steps[i], Any, StringComparison.Ordinal) && !string.Equals(_steps[i], path[i], StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
