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

    [Theory]
    [InlineData("ReadmeHost.cs", "README.md")]
    [InlineData("AuthenticationHost.cs", "docs/authentication.md")]
    [InlineData("BrowserHost.cs", "docs/authentication.md")]
    [InlineData("KeyCheckHost.cs", "docs/keys.md")]
    public async Task Document_HostSnippet_IsCompiledCode(string snippet, string document)
    {
        var code = await File.ReadAllTextAsync(
            Path.Combine(RepositoryPaths.Root, "tests", "McpRegistry.Repository.Tests", "Snippets", snippet), Cancellation);
        var lines = Marked().Match(code).Groups["code"].Value.Split('\n').Select(line => line.Length > 8 ? line[8..] : "");
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, document), Cancellation);

        Assert.Contains(string.Join('\n', lines).Trim('\n'), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/configuration.md")]
    [InlineData("docs/credentials.md")]
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
