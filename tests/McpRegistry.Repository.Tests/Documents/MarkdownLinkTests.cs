using System.Text.RegularExpressions;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.Repository.Tests.Documents;

public sealed partial class MarkdownLinkTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RelativeLinks_EveryDocument_Resolve()
    {
        var broken = new List<string>();
        foreach (var path in (await TrackedFiles.FindAsync(Cancellation)).Where(path => path.EndsWith(".md", StringComparison.OrdinalIgnoreCase)))
        {
            var text = CodeBlock().Replace((await TrackedFiles.ReadTextAsync(path, Cancellation))!, "");
            broken.AddRange(Link().Matches(text).Select(match => match.Groups["target"].Value).Where(target => !Resolves(path, target)).Select(target => $"{path}: {target}"));
        }

        Assert.Empty(broken);
    }

    private static bool Resolves(string document, string target)
    {
        if (target.StartsWith('#') || Uri.TryCreate(target, UriKind.Absolute, out var uri) && !uri.IsFile)
        {
            return true;
        }

        var path = Uri.UnescapeDataString(target.Split('#')[0]);
        var full = Path.GetFullPath(Path.Combine(RepositoryPaths.Root, Path.GetDirectoryName(document)!, path));
        return !path.StartsWith('/') && (File.Exists(full) || Directory.Exists(full));
    }

    [GeneratedRegex(@"\]\(\s*<?(?<target>[^)\s>]+)>?(\s+""[^""]*"")?\s*\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Link();

    [GeneratedRegex(@"```.*?```|`[^`\n]*`", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex CodeBlock();
}
