namespace McpRegistry.Repository.Tests.Sources;

/// <param name="Path">Path below src, with forward slashes.</param>
/// <param name="FullPath">Path on this machine.</param>
internal sealed record SourceFile(string Path, string FullPath)
{
    public int Lines { get; } = File.ReadLines(FullPath).Count();

    public override string ToString() => $"{Path}: {Lines} lines";
}
