using McpRegistry.TestSupport.Processes;

namespace McpRegistry.Repository.Tests.PublicSurface;

/// <summary>
/// The public surface of each package is a reviewed text file in eng/public-api. Run with MCPREGISTRY_ACCEPT_SURFACE=1 to
/// write the files anew, and review the difference.
/// </summary>
public sealed class PublicSurfaceTests
{
    public static TheoryData<string> AllPackages => [.. Packages.All];

    [Theory]
    [MemberData(nameof(AllPackages))]
    public async Task Surface_Package_EqualsTheReviewedFile(string package)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var actual = SurfaceText.Of(Packages.Load(package));
        var path = RepositoryPaths.At("eng", "public-api", package + ".txt");
        if (string.Equals(Environment.GetEnvironmentVariable("MCPREGISTRY_ACCEPT_SURFACE"), "1", StringComparison.Ordinal))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, actual, cancellation);
        }

        Assert.True(File.Exists(path), $"{path} is missing; run this test with MCPREGISTRY_ACCEPT_SURFACE=1.");
        var reviewed = await File.ReadAllTextAsync(path, cancellation);
        Assert.True(
            string.Equals(reviewed, actual, StringComparison.Ordinal),
            $"The public surface of {package} changed. If that is meant, run this test with MCPREGISTRY_ACCEPT_SURFACE=1 and commit the file.\n{Difference(reviewed, actual)}");
    }

    private static string Difference(string reviewed, string actual)
    {
        string[] before = reviewed.Split('\n'), after = actual.Split('\n');
        var removed = before.Except(after, StringComparer.Ordinal).Select(line => "- " + line.Trim());
        var added = after.Except(before, StringComparer.Ordinal).Select(line => "+ " + line.Trim());
        return string.Join('\n', removed.Concat(added));
    }
}
