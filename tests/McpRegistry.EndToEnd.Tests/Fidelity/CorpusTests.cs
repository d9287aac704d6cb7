using McpRegistry.EndToEnd.Tests.Fidelity.Replay;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>
/// The corpus through every wiring: what arrives at one end is what was sent at the other, but for the rewrites in
/// <see cref="RequestRewrites"/> and <see cref="AnswerRewrites"/>.
/// </summary>
public sealed class CorpusTests : EndToEndTest
{
    private const int ShownFaults = 25;

    /// <summary>What has to be played at least over HTTP, so that a filter which drops too much is seen.</summary>
    private const int LeastMessages = 300;

    private protected override GatewaySetup Setup => new() { Settings = ReplayHost.Settings };

    [Theory]
    [MemberData(nameof(Pairs))]
    public Task Exchange_AnyPairOfEras_OnlyWhatIsDocumentedChanges(Era client, Era server) =>
        ReplayAsync(new Wiring(client, server), CorpusFiles.Exchanges);

    /// <summary>The channel is another one and the rules are the same; questions have tests of their own there.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public Task Exchange_ServerOverWebSocket_OnlyWhatIsDocumentedChanges(Era client, Era server) =>
        ReplayAsync(new Wiring(client, server, IsSocket: true), [.. CorpusFiles.Exchanges.Where(static entry => entry.Asks.Count == 0 && !Logs(entry))]);

    private static bool Logs(CorpusCase entry) => entry.Says.Any(static said => said.GetProperty("method").ValueEquals("notifications/message"));

    private async Task ReplayAsync(Wiring wiring, IReadOnlyList<CorpusCase> cases)
    {
        var servers = await ReplayHost.StartAsync(Gateway, wiring, new CorpusCatalogue(cases), Own, Cancellation);
        var replayer = new Replayer(Gateway, servers, Cancellation);
        var faults = new List<string>();
        var played = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var passage in cases.SelectMany(entry => ReplayHost.Passages(wiring, entry)))
        {
            if (!CanHappen(passage))
            {
                continue;
            }

            var key = $"{passage.ClientRevision}->{passage.ServerRevision}{(passage.IsMerged ? " merged" : "")}";
            played[key] = played.GetValueOrDefault(key) + passage.Case.Messages;
            try
            {
                faults.AddRange(await replayer.PlayAsync(passage) is { } fault ? [$"{passage}: {fault}"] : Array.Empty<string>());
            }
            catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or HttpRequestException)
            {
                faults.Add($"{passage}: {error.Message}");
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{wiring}: {string.Join(", ", played.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.True(wiring.IsSocket || played.Values.Sum() >= LeastMessages, $"Only {played.Values.Sum()} messages were played.");
        Assert.True(faults.Count == 0, $"{faults.Count} faults\n{string.Join('\n', faults.Take(ShownFaults))}");
    }

    /// <summary>
    /// A case needs a server that can say it: tasks are made by modern ones, -32042 by legacy ones, an error as an answer is given by legacy
    /// clients, and the servers behind WebSockets tell of no resources.
    /// </summary>
    private static bool CanHappen(Passage passage) =>
        !(passage.Server == Era.Legacy && passage.Case.IsModernOnly)
        && !(passage.Server == Era.Modern && AnswerRewrites.WantsUrl(passage))
        && !(passage.Client == Era.Modern && passage.Case.DeclinesWithError)
        && !(passage is { Wiring.IsSocket: true, Method: "resources/subscribe" });
}
