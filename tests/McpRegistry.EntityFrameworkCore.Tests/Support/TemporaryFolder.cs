namespace McpRegistry.EntityFrameworkCore.Tests.Support;

internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-registry-");

    public string Combine(params ReadOnlySpan<string> names) => Path.Combine([_folder.FullName, .. names]);

    public void Dispose() => _folder.Delete(recursive: true);
}
