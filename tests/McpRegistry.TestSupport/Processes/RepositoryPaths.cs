namespace McpRegistry.TestSupport.Processes;

/// <summary>Finds the working copy that the tests were built from.</summary>
public static class RepositoryPaths
{
    /// <summary>Gets the folder of McpRegistry.sln.</summary>
    public static string Root { get; } = FindRoot();

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Finds the built program of a project, in the configuration that the running tests were built in.</summary>
    public static string Program(string folder, string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = At(folder, project, "bin", output.Parent!.Name, output.Name, project + ".dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{project} is not built. Run ./test.sh, or dotnet build {folder}/{project}.", path);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "McpRegistry.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("McpRegistry.sln was not found above the tests; they run from a working copy only.");
    }
}
