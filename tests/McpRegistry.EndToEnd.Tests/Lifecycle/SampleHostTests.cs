using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using McpRegistry.EndToEnd.Tests.Upstreams;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Lifecycle;

/// <summary>The sample host as its user meets it: started in an empty folder, used by what it prints, ended by a signal.</summary>
[Collection(NodeCollection.Name)]
public sealed partial class SampleHostTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-e2e-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Host_EmptyFolder_PrintsAKeyServesItsSampleAndEndsWithItsChildren(string signal)
    {
        string key;
        Uri url;
        await using (var first = Start())
        {
            key = (await first.WaitForLineAsync(KeyLine(), Cancellation)).Groups["key"].Value;
            url = new Uri((await first.WaitForLineAsync(UrlLine(), Cancellation)).Groups["url"].Value);
            await UseAsync(key, url);
            await EndAsync(first, signal);
            Assert.DoesNotContain(key, first.StandardError, StringComparison.Ordinal);
        }

        // The second start knows the key and prints none.
        await using var second = Start();
        url = new Uri((await second.WaitForLineAsync(UrlLine(), Cancellation)).Groups["url"].Value);
        await UseAsync(key, url);
        Assert.DoesNotMatch(KeyLine(), second.StandardOutput);
        await EndAsync(second, signal);
    }

    private static async Task UseAsync(string key, Uri url)
    {
        using var http = new HttpClient { BaseAddress = url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var mcp = new Uri(url, "/mcp");
        await new Hosting.RegistryClient(http).WaitAsync("sample", "healthy", Cancellation);
        foreach (var era in Enum.GetValues<Era>())
        {
            var client = await RawClient.OpenAsync(http, mcp, era, Cancellation);
            var answer = await client.CallToolAsync("sample__text_stats", Cancellation, """{"text":"one two three"}""");
            Assert.Equal(3, answer.Result.GetProperty("structuredContent").GetProperty("words").GetInt32());
        }
    }

    private static async Task EndAsync(ChildProcess host, string signal)
    {
        var children = LocalProcesses.ChildrenOf(host.Id);
        Assert.NotEmpty(children);
        await using var kill = ChildProcess.Start("kill", [$"-{signal}", $"{host.Id}"]);
        Assert.Equal(0, await host.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(2), Cancellation));
        await LocalProcesses.WaitForEndAsync(children, Cancellation);
    }

    private ChildProcess Start() => ChildProcess.Start(
        "dotnet", [RepositoryPaths.Program("samples", "McpRegistry.SampleHost"), "--urls", "http://127.0.0.1:0", "--contentRoot", AppFolder()], workingDirectory: _folder.FullName);

    private static string AppFolder() => Path.GetDirectoryName(RepositoryPaths.Program("samples", "McpRegistry.SampleHost"))!;

    public void Dispose() => _folder.Delete(recursive: true);

    [GeneratedRegex(@"(?<key>mcpk_[A-Za-z0-9_]{20,})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyLine();

    [GeneratedRegex(@"^\s*all servers\s+(?<url>http://127\.0\.0\.1:\d+)/mcp$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UrlLine();
}
