using System.Text.RegularExpressions;
using McpRegistry.TestSupport.Processes;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Discovery;

/// <summary>
/// A plan that somebody has looked at, as a file beside the tests. Of a new plan only the scans and their indexes must be
/// the same; how they are joined may change with the statistics. Set MCPREGISTRY_ACCEPT_PLANS=1 to write the files anew.
/// </summary>
internal static partial class CheckedInPlan
{
    private const string Switch = "MCPREGISTRY_ACCEPT_PLANS";
    private const int MatchMilliseconds = 1000;

    public static void Compare(string file, IReadOnlyList<string> plan)
    {
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
            Directory.CreateDirectory(Folder());
            File.WriteAllText(Path.Combine(Folder(), file), string.Join('\n', plan.Select(line => line.TrimEnd())) + '\n');
        }

        Assert.True(
            Scans(Read(file)).SequenceEqual(Scans(plan)),
            $"{file} differs; if the new plan is as good, accept it with {Switch}=1.\n{string.Join('\n', plan)}");
    }

    public static string[] Read(string file) => File.ReadAllLines(Path.Combine(Folder(), file));

    /// <summary>Lists the ways in which tables are read, each once.</summary>
    public static string[] Scans(IEnumerable<string> plan) =>
    [
        .. plan.Select(line => Scan().Match(line))
            .Where(match => match.Success)
            .Select(match => TableBeforeAlias().Replace(match.Value.Replace(" TABLE", "", StringComparison.Ordinal), ""))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    private static string Folder() =>
        Path.Combine(RepositoryPaths.Root, "tests", "McpRegistry.EntityFrameworkCore.Tests", "Discovery", "Plans");

    // In later versions of SQLite m, p and u alone are the queries inside the statement.
    [GeneratedRegex(@"(Parallel )?(Index Only Scan|Index Scan|Bitmap Index Scan|Seq Scan)( Backward)?( using \w+)? on \w+|(SEARCH|SCAN) (?!SUBQUERY|[mpu]$)(TABLE )?\w+( AS \w+)?( USING (COVERING )?INDEX \w+)?", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Scan();

    // SQLite up to 3.35 says "TABLE name AS alias", later versions say the alias alone.
    [GeneratedRegex(@"(?<=^(SEARCH|SCAN)) \w+ AS(?= )", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex TableBeforeAlias();
}
