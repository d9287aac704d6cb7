using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.HostileInput;

/// <summary>Each hostile request gets the status and code of protocol.md 2.1, with its id, and harms nobody after it.</summary>
public sealed class HostileRequestTests(HostileGateway gateway) : IClassFixture<HostileGateway>
{
    private static readonly Dictionary<string, HostileCase> Cases = new[]
        {
            BodyCases.Of(Era.Modern), BodyCases.OfHttp(Era.Modern), ModernCases.All(), ModernCases.Good(),
            BodyCases.Of(Era.Legacy), BodyCases.OfHttp(Era.Legacy), LegacyCases.All(), LegacyCases.Good(),
        }
        .SelectMany(cases => cases)
        .ToDictionary(request => $"{request.Era}: {request.Name}", StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Request_OddOrHostile_GetsItsStatusAndCodeAndTheNextCallIsServed(string name)
    {
        var request = Cases[name];
        foreach (var alias in new[] { null, "up" })
        {
            var answer = await gateway.SendAsync(request, alias, Cancellation);
            Assert.True(request.Status == answer.Status, $"{answer.Status} {answer.Body} for {BodyCases.Shown(request.Body("TOOL"))}");
            if (request.Code is { } code)
            {
                AssertError(request, code, answer.Json);
            }
            else if (request.Status == 200)
            {
                Assert.True(answer.Json.TryGetProperty("result", out _), answer.Body);
            }

            if (request.Status == 401)
            {
                Assert.NotEmpty(answer.Headers["WWW-Authenticate"]);
            }

            if (request.Status == 405)
            {
                Assert.Contains("POST", Assert.Single(answer.Headers["Allow"]), StringComparison.Ordinal);
            }

            await gateway.AssertServesAsync(Cancellation);
        }
    }

    [Fact]
    public async Task Version_Unknown_NamesTheSupportedOnesModernFirst()
    {
        var answer = await gateway.SendAsync(Cases["Modern: unknown version"], null, Cancellation);
        var data = answer.Json.GetProperty("error").GetProperty("data");
        Assert.Equal("""["2026-07-28"]""", data.GetProperty("supported").GetRawText());
        Assert.Equal("2027-01-01", data.GetProperty("requested").GetString());
    }

    private static void AssertError(HostileCase request, int code, JsonElement answer)
    {
        Assert.Equal("2.0", answer.GetProperty("jsonrpc").GetString());
        Assert.Equal(request.Id, answer.GetProperty("id").GetRawText());
        var error = answer.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetInt32());
        if (request.Reason is { } reason)
        {
            Assert.Equal(reason, error.GetProperty("data").GetProperty("reason").GetString());
        }
    }
}
