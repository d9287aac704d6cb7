using System.Text.RegularExpressions;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>
/// A definition whose names were checked: they hold no character that means anything inside quotes. The query is whatever an
/// administrator wrote, and the dialect has the database take it as one SELECT or not at all.
/// </summary>
internal sealed partial record ViewPlan
{
    private const int MostIndexes = 20;

    private ViewPlan()
    {
    }

    public required string Name { get; init; }

    public required string Query { get; init; }

    /// <summary>Gets the columns of each index, quoted; the first one is unique.</summary>
    public required string[] Indexes { get; init; }

    public required string[] Triggers { get; init; }

    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>Checks a definition; gives the plan or what is wrong.</summary>
    public static (ViewPlan? Plan, string? Fault) Create(MaterializedViewDefinition view, IReadOnlySet<string> tables)
    {
        var indexes = view.Indexes.Select(index => index.Split(',', StringSplitOptions.TrimEntries)).ToArray();
        var fault =
            !IsName(view.Name) ? "The name must be mv_ followed by 1 to 50 of a-z, 0-9 and _."
            : indexes.Length > MostIndexes ? $"There may be up to {MostIndexes} indexes."
            : indexes.Any(columns => !columns.All(column => ColumnPattern().IsMatch(column)))
                ? "An index must be a list of column names of a-z, 0-9 and _, separated by commas."
            : view.RefreshTriggers.FirstOrDefault(table => !tables.Contains(table)) is { } unknown
                ? $"The trigger {unknown} is no table of the registry."
            : null;
        return fault is not null ? (null, fault) : (
            new ViewPlan
            {
                Name = view.Name,
                Query = view.Query.Trim().TrimEnd(';'),
                Indexes = [.. indexes.Select(columns => string.Join(", ", columns.Select(column => $"\"{column}\"")))],
                Triggers = [.. view.RefreshTriggers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            },
            null);
    }

    /// <summary>Gets the statements that make the indexes.</summary>
    public IEnumerable<string> IndexStatements() => Indexes.Select((columns, i) => i == 0
        ? $"CREATE UNIQUE INDEX \"ux_{Name}\" ON \"{Name}\" ({columns})"
        : $"CREATE INDEX \"ix_{Name}_{i}\" ON \"{Name}\" ({columns})");

    [GeneratedRegex(@"\Amv_[a-z0-9_]{1,50}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[a-z_][a-z0-9_]{0,62}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ColumnPattern();
}
