using System.Reflection;

namespace McpRegistry.Repository.Tests;

/// <summary>The assemblies that are published, as they were built for these tests.</summary>
internal static class Packages
{
    public const string Abstractions = "McpRegistry.Abstractions";
    public const string Core = "McpRegistry.Core";
    public const string EntityFramework = "McpRegistry.EntityFrameworkCore";
    public const string Sqlite = "McpRegistry.EntityFrameworkCore.Sqlite";
    public const string PostgreSql = "McpRegistry.EntityFrameworkCore.PostgreSql";
    public const string AspNetCore = "McpRegistry.AspNetCore";

    public static IReadOnlyList<string> All { get; } = [Abstractions, AspNetCore, Core, EntityFramework, PostgreSql, Sqlite];

    // Loaded by name: an assembly without a type in use would not be loaded by a reference.
    public static Assembly Load(string package) => Assembly.Load(package);

    public static IReadOnlyList<string> ReferencesOf(string package) =>
        [.. Load(package).GetReferencedAssemblies().Select(name => name.Name!).Order(StringComparer.Ordinal)];
}
