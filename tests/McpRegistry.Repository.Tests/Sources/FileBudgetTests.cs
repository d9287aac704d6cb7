namespace McpRegistry.Repository.Tests.Sources;

/// <summary>Small files are what keeps the packages readable; the figures are those of the best code bases of the field.</summary>
public sealed class FileBudgetTests
{
    private const int Limit = 400;
    private const int NinetiethPercentile = 180;
    private const int Median = 60;

    [Fact]
    public void EveryFile_Lines_StayUnderTheLimit() =>
        Assert.Empty(SourceFiles.All.Where(file => file.Lines > Limit).Select(file => file.ToString()));

    [Fact]
    public void Median_Lines_IsSmall() => AssertShare(0.5, Median);

    [Fact]
    public void NinetiethPercentile_Lines_IsSmall() => AssertShare(0.9, NinetiethPercentile);

    private static void AssertShare(double share, int limit)
    {
        var sorted = SourceFiles.All.OrderBy(file => file.Lines).ToArray();
        var index = (int)Math.Ceiling(share * sorted.Length) - 1;
        var largest = string.Join('\n', sorted.Reverse().Take(10));
        Assert.True(sorted[index].Lines <= limit, $"{share:P0} of the files may have up to {limit} lines, but that share reaches {sorted[index].Lines}. The largest:\n{largest}");
    }
}
