using System.Reflection;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>Proves that a store runs every suite, those of later versions of the kit included.</summary>
public static class Coverage
{
    /// <summary>Gets the suites of this version of the kit.</summary>
    public static IReadOnlyList<Type> Suites { get; } =
        [.. typeof(StoreSuite).Assembly.GetExportedTypes().Where(type => type.IsAbstract && type.IsSubclassOf(typeof(StoreSuite)))];

    /// <summary>Finds the suites that a test assembly does not run.</summary>
    /// <param name="tests">The assembly with the classes that derive from the suites.</param>
    /// <param name="fixture">The fixture that opens the store, used as a class fixture by those classes.</param>
    /// <returns>The names of the suites that are missing; empty when the store runs all of them.</returns>
    public static IReadOnlyList<string> FindMissing(Assembly tests, Type fixture)
    {
        ArgumentNullException.ThrowIfNull(tests);
        ArgumentNullException.ThrowIfNull(fixture);

        var classFixture = typeof(IClassFixture<>).MakeGenericType(fixture);
        var run = tests.GetExportedTypes().Where(type => !type.IsAbstract && classFixture.IsAssignableFrom(type)).ToList();
        return [.. Suites.Where(suite => !run.Exists(type => type.IsSubclassOf(suite))).Select(suite => suite.Name)];
    }
}
