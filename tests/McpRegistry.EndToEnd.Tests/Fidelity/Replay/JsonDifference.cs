namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>Finds the first place where two messages differ.</summary>
internal static class JsonDifference
{
    private const int ShownCharacters = 120;

    /// <summary>Returns the path of the difference and both values; null for equal messages.</summary>
    public static string? Find(JsonTree expected, JsonTree actual, string path = "$")
    {
        if (expected.Members is { } members && actual.Members is { } others)
        {
            return members.Keys.Except(others.Keys, StringComparer.Ordinal).Select(name => $"{path}.{name} is missing").FirstOrDefault()
                ?? others.Keys.Except(members.Keys, StringComparer.Ordinal).Select(name => $"{path}.{name} was added").FirstOrDefault()
                ?? members.Select(member => Find(member.Value, others[member.Key], $"{path}.{member.Key}")).FirstOrDefault(found => found is not null);
        }

        if (expected.Items is { } items && actual.Items is { } elements)
        {
            return items.Count == elements.Count
                ? items.Zip(elements).Select((pair, index) => Find(pair.First, pair.Second, $"{path}[{index}]")).FirstOrDefault(found => found is not null)
                : $"{path} has {elements.Count} elements, not {items.Count}";
        }

        return expected.Scalar is not null && string.Equals(expected.Scalar, actual.Scalar, StringComparison.Ordinal)
            ? null
            : $"{path} is {Show(actual)}, not {Show(expected)}";
    }

    private static string Show(JsonTree tree) => tree switch
    {
        { Members: not null } => "an object",
        { Items: not null } => "an array",
        { Scalar: { Length: > ShownCharacters } text } => text[..ShownCharacters],
        _ => tree.Scalar!,
    };
}
