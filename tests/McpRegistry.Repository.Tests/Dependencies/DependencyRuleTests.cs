namespace McpRegistry.Repository.Tests.Dependencies;

/// <summary>The direction of dependencies, read from the built assemblies.</summary>
public sealed class DependencyRuleTests
{
    private static readonly string[] AspNetCore = ["Microsoft.AspNetCore"];
    private static readonly string[] EntityFramework = ["Microsoft.EntityFrameworkCore", "Npgsql", "Microsoft.Data.Sqlite", "SQLitePCLRaw"];

    [Fact]
    public void Abstractions_References_AreContractsOnly()
    {
        var others = Packages.ReferencesOf(Packages.Abstractions).Where(name =>
            !name.StartsWith("System", StringComparison.Ordinal)
            && !(name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) && name.EndsWith(".Abstractions", StringComparison.Ordinal)));
        Assert.Empty(others);
    }

    [Fact]
    public void Core_References_NeitherAspNetCoreNorEntityFramework()
    {
        AssertNone(Packages.Core, AspNetCore);
        AssertNone(Packages.Core, EntityFramework);
        AssertOnly(Packages.Core, Packages.Abstractions);
    }

    [Fact]
    public void EntityFramework_References_NeitherCoreNorAspNetCore()
    {
        AssertNone(Packages.EntityFramework, AspNetCore);
        AssertOnly(Packages.EntityFramework, Packages.Abstractions);
        AssertNone(Packages.EntityFramework, ["Npgsql", "Microsoft.EntityFrameworkCore.Sqlite", "Microsoft.Data.Sqlite"]);
    }

    [Theory]
    [InlineData(Packages.Sqlite, "Npgsql")]
    [InlineData(Packages.PostgreSql, "Microsoft.EntityFrameworkCore.Sqlite")]
    public void Provider_References_OnlyItsOwnDriver(string provider, string foreign)
    {
        AssertNone(provider, AspNetCore);
        AssertNone(provider, [foreign]);
        AssertOnly(provider, Packages.Abstractions, Packages.EntityFramework);
    }

    [Fact]
    public void AspNetCore_References_NoEntityFramework()
    {
        AssertNone(Packages.AspNetCore, EntityFramework);
        AssertOnly(Packages.AspNetCore, Packages.Abstractions, Packages.Core);
    }

    [Fact]
    public void Abstractions_PublicSurface_NamesNoForeignType()
    {
        string[] foreign = [.. AspNetCore, .. EntityFramework, "ModelContextProtocol"];
        var named = SurfaceTypes.Of(Packages.Load(Packages.Abstractions))
            .Where(type => foreign.Any(prefix => type.Assembly.GetName().Name!.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.Empty(named.Select(type => type.FullName));
    }

    private static void AssertNone(string package, string[] prefixes) =>
        Assert.DoesNotContain(Packages.ReferencesOf(package), name => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));

    private static void AssertOnly(string package, params string[] allowed) =>
        Assert.Empty(Packages.ReferencesOf(package).Where(name => name.StartsWith("McpRegistry.", StringComparison.Ordinal)).Except(allowed, StringComparer.Ordinal));
}
