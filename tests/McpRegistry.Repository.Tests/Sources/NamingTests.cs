using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace McpRegistry.Repository.Tests.Sources;

public sealed partial class NamingTests
{
    [Fact]
    public void FileNames_EmptyWords_AreNotUsed() =>
        Assert.Empty(SourceFiles.All.Where(file => EmptyWord().IsMatch(Path.GetFileNameWithoutExtension(file.Path))).Select(file => file.Path));

    [Fact]
    public void Folders_EmptyWords_AreNotUsed() =>
        Assert.Empty(SourceFiles.All.Where(file => EmptyWord().IsMatch(Path.GetDirectoryName(file.Path)!)).Select(file => file.Path));

    [Fact]
    public void TypeNames_EmptyWords_AreNotUsed() =>
        Assert.Empty(Packages.All.SelectMany(HandWrittenTypes).Where(type => EmptyWord().IsMatch(type.Name)).Select(type => type.FullName));

    [Fact]
    public void Files_PublicTypes_AreOneEach()
    {
        var crowded = SourceFiles.All
            .Select(file => (file.Path, Types: PublicType().Matches(File.ReadAllText(file.FullPath)).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).ToArray()))
            .Where(file => file.Types.Length > 1)
            .Select(file => $"{file.Path}: {string.Join(", ", file.Types)}");
        Assert.Empty(crowded);
    }

    [Fact]
    public void Domains_Folders_AreInTheNamespace()
    {
        var astray = SourceFiles.All
            .Where(file => file.Path.Split('/').Length > 2)
            .Select(file => (file.Path, Domain: file.Path.Split('/')[1], Namespace: Namespace().Match(File.ReadAllText(file.FullPath)).Groups["name"].Value))
            .Where(file => file.Namespace.StartsWith("McpRegistry", StringComparison.Ordinal) && !file.Namespace.Split('.').Contains(file.Domain, StringComparer.Ordinal))
            .Select(file => $"{file.Path}: {file.Namespace}");
        Assert.Empty(astray);
    }

    private static IEnumerable<Type> HandWrittenTypes(string package) => Packages.Load(package).GetTypes().Where(type =>
        type.Namespace?.StartsWith("McpRegistry", StringComparison.Ordinal) == true
        && !type.Namespace.EndsWith(".Migrations", StringComparison.Ordinal)
        && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null);

    [GeneratedRegex(@"Manager|Helper|Util|Common", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EmptyWord();

    // Only types at the left margin: with file-scoped namespaces that is every type that is not nested.
    [GeneratedRegex(@"^public\s+([a-z]+\s+)*(class|interface|enum|struct|record|delegate\s+\S+)\s+(?<name>\w+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+);", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Namespace();
}
