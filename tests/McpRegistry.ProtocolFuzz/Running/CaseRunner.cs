using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using McpRegistry.ProtocolFuzz.Checks;
using McpRegistry.ProtocolFuzz.Clients;
using McpRegistry.ProtocolFuzz.Hosting;
using McpRegistry.ProtocolFuzz.Wire;

namespace McpRegistry.ProtocolFuzz.Running;

/// <summary>Runs one case against the gateway and says what was wrong.</summary>
internal sealed class CaseRunner(FuzzWorld world, FuzzCase fuzzed)
{
    private readonly CaseMemory _memory = new();
    private readonly Dice _dice = Dice.For(world.Seed, fuzzed.Number, "reactions");
    private readonly ConcurrentBag<Task> _reactions = [];
    private readonly ConcurrentQueue<string> _faults = new();
    private int _exchanges;

    public int Exchanges => Volatile.Read(ref _exchanges);

    public async Task<IReadOnlyCollection<string>> RunAsync(CancellationToken cancellationToken)
    {
        _memory.Set("host", world.Gateway.Address.ToString());
        _memory.Set("key", world.KeyOf(fuzzed.Number));
        _memory.Set("other", world.OtherSession);
        var server = fuzzed.Server is { } name ? await world.AddAsync(name, cancellationToken) : null;
        var running = new List<Task>();
        foreach (var (step, at) in fuzzed.Steps.Select(static (step, at) => (step, at)))
        {
            var exchange = RunAsync(step, at, cancellationToken);
            running.Add(exchange);
            if (!step.RunsAlongside)
            {
                await exchange;
            }
        }

        await Task.WhenAll(running);
        await Task.WhenAll(_reactions);
        if (server is not null)
        {
            await world.RemoveAsync(server, cancellationToken);
        }

        return _faults;
    }

    private async Task RunAsync(FuzzStep step, int at, CancellationToken cancellationToken)
    {
        var body = _memory.Fill(step.Draft.Body);
        step.Draft.Set(RunningRequests.Header, $"{fuzzed.Number}, step {at}");
        var head = _memory.Fill(step.Draft.Head(body.Length));
        Interlocked.Increment(ref _exchanges);
        try
        {
            var response = await RawClient.SendAsync(world.Gateway.Address, step.Draft, head, body, item => React(item, cancellationToken), step.Patience, cancellationToken);
            _memory.Learn(response);
            foreach (var message in response.IsStream ? EventStream.Read(response.Text, isComplete: false).Messages : [Json.Parse(response.Body) ?? default])
            {
                _memory.Learn(message);
            }

            if (Judge.Fault(step, body, response) is { } fault)
            {
                _faults.Enqueue(Report(at, head, body, response, fault));
            }
        }
        catch (FormatException broken)
        {
            _faults.Enqueue($"step {at}: broken HTTP: {broken.Message}");
        }
    }

    /// <summary>A question of the gateway on a stream is answered, or not, or wrongly.</summary>
    private void React(string item, CancellationToken cancellationToken)
    {
        var data = item.IndexOf("data: ", StringComparison.Ordinal);
        var message = data < 0 ? default : Json.Parse(item[(data + 6)..]) ?? default;
        var id = Json.Member(message, "id");
        if (!Json.Has(message, "method") || id.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        string outcome;
        lock (_dice)
        {
            outcome = _dice.Weigh(
                (45, "\"result\":{\"action\":\"accept\",\"content\":{\"x\":1},\"roots\":[],\"role\":\"assistant\",\"model\":\"m\"}"),
                (15, "\"error\":{\"code\":-1,\"message\":\"no\"}"), (10, "\"result\":null"), (5, "\"result\":\"x\",\"error\":5"), (25, ""));
        }

        if (outcome.Length > 0)
        {
            _memory.Set("question", Json.Text(id) ?? "none");
            _reactions.Add(AnswerAsync($$"""{"jsonrpc":"2.0","id":{{id.GetRawText()}},{{outcome}}}""", cancellationToken));
        }
    }

    private Task AnswerAsync(string message, CancellationToken cancellationToken)
    {
        var draft = new HttpDraft { Path = fuzzed.Path, Body = Encoding.UTF8.GetBytes(message) };
        draft.Headers.AddRange([("Host", "{{host}}"), ("Authorization", "Bearer {{key}}"), ("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream"), ("Mcp-Session-Id", "{{session}}")]);
        return RunAsync(new FuzzStep(draft) { MayBeEnded = true }, -1, cancellationToken);
    }

    private static string Report(int at, byte[] head, byte[] body, RawResponse response, string fault) =>
        $"step {at}: {fault}\n--- sent\n{Shown(head)}{Shown(body)}\n--- received\n{response.Status} {response.MediaType}{(response.IsComplete ? "" : " (cut)")}\n{Shown(response.Body)}\n";

    private static string Shown(byte[] bytes) => Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 3_000)));
}
