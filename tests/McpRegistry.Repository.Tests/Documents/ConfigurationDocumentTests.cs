using System.Collections;
using System.Globalization;
using System.Reflection;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.Repository.Tests.Documents;

/// <summary>docs/configuration.md names every setting with its real default.</summary>
public sealed class ConfigurationDocumentTests
{
    private static readonly Dictionary<string, Type> Options = Packages.All
        .SelectMany(package => Packages.Load(package).GetExportedTypes())
        .Where(type => SectionOf(type) is not null)
        .ToDictionary(type => SectionOf(type)!, StringComparer.Ordinal);

    public static TheoryData<string> Sections => [.. Options.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Sections))]
    public async Task ConfigurationDocument_OptionsClass_IsDescribed(string section)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "docs", "configuration.md"), TestContext.Current.CancellationToken);
        var start = text.IndexOf($"## {section}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/configuration.md has no heading '## {section}'.");
        var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        var chapter = text[start..(end < 0 ? text.Length : end)];

        var options = Activator.CreateInstance(Options[section])!;
        foreach (var property in Options[section].GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            Assert.Contains($"| `{property.Name}` | {Default(property.GetValue(options))} |", chapter, StringComparison.Ordinal);
        }
    }

    private static string? SectionOf(Type type) =>
        type.GetField("SectionName", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string;

    private static string Default(object? value) => value switch
    {
        null or ICollection { Count: 0 } => "none",
        bool flag => flag ? "`true`" : "`false`",
        IFormattable other => $"`{other.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => $"`{value}`",
    };
}
