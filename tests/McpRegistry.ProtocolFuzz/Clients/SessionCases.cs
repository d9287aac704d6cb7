using McpRegistry.ProtocolFuzz.Grammar;

namespace McpRegistry.ProtocolFuzz.Clients;

/// <summary>What clients of the session revisions do to their sessions, and to those of others, while calls run in them.</summary>
internal static class SessionCases
{
    public static void Fill(List<FuzzStep> steps, Messages messages, Dice dice)
    {
        switch (dice.Below(8))
        {
            case 0:
                // A call, and word that it is not wanted any more.
                Run(1, alongside: true);
                steps.Add(new FuzzStep(messages.Post("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""")) { MayBeEnded = true });
                break;
            case 1:
                // The end of the session while a call runs in it.
                Run(2, alongside: true);
                steps.Add(new FuzzStep(messages.Bare("DELETE")) { RunsAlongside = dice.Chance(50), MayBeEnded = true });
                break;
            case 2:
                // Two calls under one id.
                Run(3, alongside: true);
                Run(3, alongside: dice.Chance(50));
                break;
            case 3:
                // Two streams, of which the second takes the place of the first.
                Listen(alongside: true);
                Listen(alongside: dice.Chance(50));
                break;
            case 4:
                var other = messages.Request(steps.Count, ClientGrammar.Request(dice, modern: false));
                other.Set("Mcp-Session-Id", dice.Pick("{{other}}", "{{session}}x", "", "nope", new string('s', 5_000), "\u00e9"));
                steps.Add(new FuzzStep(other) { MayBeEnded = true });
                break;
            case 5:
                var foreign = messages.Bare(dice.Pick("DELETE", "GET"));
                foreign.Set("Mcp-Session-Id", "{{other}}");
                steps.Add(new FuzzStep(foreign) { Patience = TimeSpan.FromMilliseconds(300), MayBeEnded = true });
                break;
            case 6:
                var resumed = messages.Bare("GET");
                resumed.Headers.Add(("Last-Event-ID", OddHttp.Value(dice)));
                steps.Add(new FuzzStep(resumed) { Patience = TimeSpan.FromMilliseconds(dice.Between(1, 400)), RunsAlongside = true, MayBeEnded = true });
                Run(4, alongside: false);
                break;
            default:
                steps.Add(new FuzzStep(messages.Post(dice.Chance(50) ? ClientGrammar.Response(dice) : messages.Notification(ClientGrammar.Notification(dice)))) { MayBeEnded = true });
                break;
        }

        void Run(int id, bool alongside) =>
            steps.Add(new FuzzStep(messages.Request(steps.Count, ClientGrammar.Request(dice, modern: false), $"{id}")) { RunsAlongside = alongside, MayBeEnded = true });

        void Listen(bool alongside) =>
            steps.Add(new FuzzStep(messages.Bare("GET")) { Patience = TimeSpan.FromMilliseconds(dice.Between(1, 600)), RunsAlongside = alongside, MayBeEnded = true });
    }
}
