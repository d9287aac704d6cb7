using System.Text;
using System.Text.RegularExpressions;
using McpRegistry.Servers;
using McpRegistry.TestSupport.Processes;
using Microsoft.Extensions.Configuration;

namespace McpRegistry.Repository.Tests.Documents;

/// <summary>What the documents show can be used as it stands.</summary>
public sealed partial class SnippetTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readme_HostSnippet_IsCompiledCode()
    {
        var code = await File.ReadAllTextAsync(
            Path.Combine(RepositoryPaths.Root, "tests", "McpRegistry.Repository.Tests", "Snippets", "ReadmeHost.cs"), Cancellation);
        var lines = Marked().Match(code).Groups["code"].Value.Split('\n').Select(line => line.Length > 8 ? line[8..] : "");
        var readme = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "README.md"), Cancellation);

        Assert.Contains(string.Join('\n', lines).Trim('\n'), readme, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/configuration.md")]
    public async Task Documents_ServerConfiguration_Binds(string document)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, document), Cancellation);
        var blocks = Json().Matches(text).Select(match => match.Groups["json"].Value).ToArray();
        Assert.NotEmpty(blocks);
        foreach (var block in blocks)
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(block));
            var servers = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("McpRegistry:Servers").GetChildren().ToArray();
            Assert.NotEmpty(servers);
            Assert.All(servers, server => Assert.NotNull(server.Get<ServerDefinition>(options => options.ErrorOnUnknownConfiguration = true)));
        }
    }

    [GeneratedRegex(@"// <snippet>\n(?<code>.*?)\n\s*// </snippet>", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Marked();

    [GeneratedRegex(@"```json\n(?<json>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Json();
}
