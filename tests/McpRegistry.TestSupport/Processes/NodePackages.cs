namespace McpRegistry.TestSupport.Processes;

/// <summary>The npm packages and scripts of tests/clients.</summary>
public static class NodePackages
{
    /// <summary>Finds the folder tests/clients, and fails with what to do when its packages are not installed.</summary>
    public static string FindFolder()
    {
        var folder = RepositoryPaths.At("tests", "clients");
        return Directory.Exists(Path.Combine(folder, "node_modules", "@modelcontextprotocol"))
            ? folder
            : throw new DirectoryNotFoundException("The npm packages of the tests are missing: run ./test.sh or npm ci in tests/clients.");
    }

    /// <summary>Finds a script of tests/clients, such as <c>client-auto.mjs</c>.</summary>
    public static string Script(string name) => Existing(Path.Combine(FindFolder(), name));

    /// <summary>Finds a file of an installed package, such as <c>@modelcontextprotocol/server-memory/dist/index.js</c>.</summary>
    public static string File(string path) => Existing(Path.Combine(FindFolder(), "node_modules", path));

    private static string Existing(string path) =>
        System.IO.File.Exists(path) ? path : throw new FileNotFoundException("Not part of tests/clients; after a change of package.json run npm ci there.", path);
}
