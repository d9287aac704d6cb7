using System.Text.RegularExpressions;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.Repository.Tests.Documents;

/// <summary>Nothing of one machine, and no address of a package registry, belongs into the repository.</summary>
public sealed partial class TrackedContentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TrackedFiles_MachinePaths_AreAbsent()
    {
        // The patterns are put together here, so that this file does not find itself.
        string[] words = [Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/", @"C:\" + "Users", "/" + "Users/"];

        // A working copy directly under the root, such as /src, has a name that any relative path may contain.
        words = RepositoryPaths.Root.Count(letter => letter == '/') > 1 ? [.. words, RepositoryPaths.Root + "/"] : words;
        Assert.Empty(await FindAsync(text => words.FirstOrDefault(word => text.Contains(word, StringComparison.Ordinal))));
    }

    [Fact]
    public async Task TrackedFiles_PackageRegistryHosts_AreAbsent() =>
        Assert.Empty(await FindAsync(text => RegistryHost().Match(text) is { Success: true } match ? match.Value : null));

    [Fact]
    public async Task LockFile_Packages_NameNoAddress()
    {
        var text = await TrackedFiles.ReadTextAsync("tests/clients/package-lock.json", Cancellation);
        Assert.DoesNotContain("\"resolved\"", text, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> FindAsync(Func<string, string?> search)
    {
        var found = new List<string>();
        foreach (var path in await TrackedFiles.FindAsync(Cancellation))
        {
            if (await TrackedFiles.ReadTextAsync(path, Cancellation) is { } text && search(text) is { } hit)
            {
                found.Add($"{path}: {hit}");
            }
        }

        return found;
    }

    [GeneratedRegex(@"https?://[\w.-]*(nuget\.org/v3|registry\.npm|registry\.yarnpkg|npmmirror|pypi|artifactory|jfrog|pkgs\.dev\.azure|nexus)[\w./-]*", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 5000)]
    private static partial Regex RegistryHost();
}
