using McpRegistry.TestSupport.Processes;

namespace McpRegistry.Repository.Tests.Documents;

/// <summary>The files under version control, and those that would be after <c>git add</c>.</summary>
internal static class TrackedFiles
{
    public static async Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken)
    {
        await using var git = ChildProcess.Start(
            "git", ["-c", "core.quotePath=false", "ls-files", "--cached", "--others", "--exclude-standard"], workingDirectory: RepositoryPaths.Root);
        var code = await git.WaitForExitAsync(cancellationToken);
        Assert.True(code == 0, $"git ls-files failed: {git.StandardError}");
        return [.. git.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(path => File.Exists(RepositoryPaths.At(path)))];
    }

    /// <summary>Reads a file as text; null for a binary one.</summary>
    public static async Task<string?> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(RepositoryPaths.At(path), cancellationToken);
        return text.Contains('\0', StringComparison.Ordinal) ? null : text;
    }
}
