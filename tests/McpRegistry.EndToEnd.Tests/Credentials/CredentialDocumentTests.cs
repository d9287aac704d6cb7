using System.Globalization;
using System.Text.RegularExpressions;
using McpRegistry.EndToEnd.Tests.ApiKeys;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Credentials;

/// <summary>The requests of docs/credentials.md do what it says, one after the other.</summary>
public sealed partial class CredentialDocumentTests : KeyTest
{
    [Fact]
    public async Task CredentialsDocument_Requests_AreAnsweredAsItSays()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "docs", "credentials.md"), Cancellation);
        var id = "";
        var count = 0;
        foreach (Match match in Request().Matches(text))
        {
            var path = match.Groups["path"].Value.Replace("{id}", id, StringComparison.Ordinal);
            var (status, body, _) = await SendAsync(new HttpMethod(match.Groups["method"].Value), path, match.Groups["body"].Value.Trim());

            Assert.Equal((path, match.Groups["status"].Value), (path, ((int)status).ToString(CultureInfo.InvariantCulture)));
            Assert.Contains("***", body.GetRawText(), StringComparison.Ordinal);
            id = body.GetProperty("id").GetString()!;
            count++;
        }

        Assert.Equal(4, count);
    }

    [GeneratedRegex("```http (?<status>[0-9]+)\n(?<method>[A-Z]+) (?<path>[^\n]+)\n(?<body>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Request();
}
