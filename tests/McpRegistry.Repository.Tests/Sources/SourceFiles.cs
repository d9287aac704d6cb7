using McpRegistry.TestSupport.Processes;

namespace McpRegistry.Repository.Tests.Sources;

/// <summary>The hand-written files of the packages.</summary>
internal static class SourceFiles
{
    public static IReadOnlyList<SourceFile> All { get; } = Find();

    private static SourceFile[] Find()
    {
        var root = RepositoryPaths.At("src");
        return [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => new SourceFile(Path.GetRelativePath(root, path).Replace('\\', '/'), path))
            .Where(file => !file.Path.Split('/').Any(part => part is "bin" or "obj" or "Migrations"))
            .OrderBy(file => file.Path, StringComparer.Ordinal)];
    }
}
