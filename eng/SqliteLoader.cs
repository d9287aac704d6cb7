using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace McpRegistry.Build;

/// <summary>
/// Loads the pinned SQLitePCLRaw assemblies, whose version is lower than the one EF Core was compiled against, and prefers
/// the system's SQLite to the bundled one, which is too old for the JSON queries of EF Core. See eng/Sqlite.targets.
/// </summary>
internal static class SqliteLoader
{
    private static readonly string[] SystemLibraries = ["libsqlite3.so.0", "libsqlite3.dylib", "winsqlite3.dll"];

    [ModuleInitializer]
    internal static void Register()
    {
        AssemblyLoadContext.Default.Resolving += ResolveManaged;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += ResolveNative;
    }

    private static Assembly? ResolveManaged(AssemblyLoadContext context, AssemblyName name)
    {
        if (name.Name is null || !name.Name.StartsWith("SQLitePCLRaw.", StringComparison.Ordinal))
        {
            return null;
        }

        var path = Path.Combine(AppContext.BaseDirectory, name.Name + ".dll");
        return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
    }

    private static nint ResolveNative(Assembly assembly, string library)
    {
        if (!string.Equals(library, "e_sqlite3", StringComparison.Ordinal))
        {
            return 0;
        }

        foreach (var candidate in SystemLibraries)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }
        }

        var architecture = RuntimeInformation.RuntimeIdentifier;
        var bundled = Path.Combine(AppContext.BaseDirectory, "runtimes", architecture, "native", "libe_sqlite3.so");
        return NativeLibrary.TryLoad(bundled, out var fallback) ? fallback : 0;
    }
}
