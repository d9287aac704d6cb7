using System.Globalization;
using System.Text.RegularExpressions;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.ApiKeys;

/// <summary>The requests of docs/keys.md do what it says, one after the other.</summary>
public sealed partial class KeyDocumentTests : KeyTest
{
    [Fact]
    public async Task KeysDocument_Requests_AreAnsweredAsItSays()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "docs", "keys.md"), Cancellation);
        var id = "";
        var count = 0;
        foreach (Match match in Request().Matches(text))
        {
            var path = match.Groups["path"].Value.Replace("{id}", id, StringComparison.Ordinal);
            var json = match.Groups["body"].Value.Trim().ReplaceLineEndings(" ");
            var (status, body, _) = await SendAsync(new HttpMethod(match.Groups["method"].Value), path, json.Length == 0 ? null : json);

            Assert.Equal((path, match.Groups["status"].Value), (path, ((int)status).ToString(CultureInfo.InvariantCulture)));
            id = (int)status == 201 ? body.GetProperty("details").GetProperty("id").GetString()! : id;
            count++;
        }

        Assert.Equal(9, count);
    }

    [GeneratedRegex("```http (?<status>[0-9]+)\n(?<method>[A-Z]+) (?<path>[^\n]+)\n(?<body>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Request();
}
