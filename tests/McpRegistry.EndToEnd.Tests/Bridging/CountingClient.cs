using System.Collections.Concurrent;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>One client of a <see cref="CountingServer"/> that checks that all it hears and is asked is its own.</summary>
internal sealed class CountingClient(string name, RawClient client, OpenStream stream, bool canAnswer, bool isSocket)
{
    public const int Last = -1;

    private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _heard = new();

    public string Name => name;

    public ConcurrentDictionary<string, byte> Sessions { get; } = new(StringComparer.Ordinal);

    public ConcurrentBag<int> Counts { get; } = [];

    /// <summary>Gets the numbers that its stream told of.</summary>
    public IEnumerable<int> Told => _heard.Keys;

    /// <summary>Reads the stream up to its last notification: each is the client's own and comes once.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        for (var number = 0; number != Last;)
        {
            var message = await stream.NextAsync(cancellationToken);
            if (!message.GetProperty("method").ValueEquals(CountingServer.Updated))
            {
                await TakeAsync(message, cancellationToken);
                continue;
            }

            var parameters = message.GetProperty("params");
            Assert.Equal(name, parameters.GetProperty("owner").GetString());
            number = parameters.GetProperty("number").GetInt32();
            Assert.Equal($"{CountingServer.UriOf(name)}/{number}", parameters.GetProperty("uri").GetString());
            Assert.True(HeardOf(number).TrySetResult(parameters.GetProperty("session").GetString()!), $"{name} heard twice of {number}.");
        }
    }

    /// <summary>Makes one call and checks all that comes with it.</summary>
    public async Task CallAsync(int number, Task reading, CancellationToken cancellationToken)
    {
        var members = $"\"name\":\"up__work\",\"arguments\":{{\"owner\":\"{name}\",\"number\":{number}}}";
        var meta = $"\"progressToken\":\"{name}-{number}\"";
        var messages = client.Era == Era.Modern ? await ModernAsync(members, meta, cancellationToken) : await LegacyAsync(members, meta, cancellationToken);
        var progress = Assert.Single(messages, message => Is(message, "notifications/progress")).GetProperty("params");
        Assert.Equal($"{name}-{number}", progress.GetProperty("progressToken").GetString());
        Assert.Equal(number, progress.GetProperty("progress").GetInt32());
        var logged = messages.Where(message => Is(message, "notifications/message")).Select(static message => message.GetProperty("params").GetProperty("data").GetString()).ToArray();
        if (!isSocket)
        {
            Assert.Equal($"{name} {number}", Assert.Single(logged));
        }

        Assert.True(messages[^1].TryGetProperty("result", out var result), messages[^1].GetRawText());
        var session = result.GetProperty("session").GetString()!;
        Assert.Equal((name, number, 1), (result.GetProperty("owner").GetString(), result.GetProperty("number").GetInt32(), result.GetProperty("watching").GetInt32()));
        CheckAnswer(result.GetProperty("answer"), number, session);
        Sessions.TryAdd(session, 0);
        Counts.Add(result.GetProperty("count").GetInt32());

        // The reader ends first only when it has heard what it must not.
        var heard = HeardOf(number).Task;
        await await Task.WhenAny(heard, reading);
        Assert.Equal(session, await heard);
    }

    /// <summary>
    /// Whoever answers says what was asked, so that an answer to another question shows. Which call is meant is not always known;
    /// then nobody may be asked, or the call that was asked ends first.
    /// </summary>
    private void CheckAnswer(JsonElement answer, int number, string session)
    {
        if (answer.TryGetProperty("content", out var content))
        {
            Assert.True(canAnswer);
            Assert.Equal(CountingServer.TextOf(name, number, session), content.GetProperty("told").GetString());
            return;
        }

        Assert.False(canAnswer && CountingServer.AsksOnTheCall(isSocket, number), answer.GetRawText());
        Assert.Contains(answer.GetRawText(), (string[])[Question.Cancelled, """{"code":-32601,"message":"The client does not support this method."}"""]);
    }

    private async Task<IReadOnlyList<JsonElement>> ModernAsync(string members, string meta, CancellationToken cancellationToken)
    {
        meta += ",\"io.modelcontextprotocol/logLevel\":\"debug\"";
        var first = await client.CallAsync("tools/call", cancellationToken, members, meta);
        if (!first.Result.GetProperty("resultType").ValueEquals("input_required"))
        {
            return first.Messages;
        }

        var request = Assert.Single(first.Result.GetProperty("inputRequests").EnumerateObject());
        var told = Own(request.Value.GetProperty("params"));
        var retry = $"{members},\"inputResponses\":{{\"{request.Name}\":{Answer(told)}}},\"requestState\":{first.Result.GetProperty("requestState").GetRawText()}";
        return [.. first.Messages, .. (await client.CallAsync("tools/call", cancellationToken, retry, meta)).Messages];
    }

    private async Task<IReadOnlyList<JsonElement>> LegacyAsync(string members, string meta, CancellationToken cancellationToken)
    {
        var messages = new List<JsonElement>();
        using var call = await client.BeginAsync("tools/call", cancellationToken, members, meta);
        while (await call.TryNextAsync(cancellationToken) is { } message)
        {
            messages.Add(message);
            await TakeAsync(message, cancellationToken);
        }

        return messages;
    }

    /// <summary>Answers what is asked, and checks of what is logged that it is the client's own.</summary>
    private async Task TakeAsync(JsonElement message, CancellationToken cancellationToken)
    {
        if (Is(message, "elicitation/create"))
        {
            await client.RespondAsync(message, Answer(Own(message.GetProperty("params"))), cancellationToken);
        }
        else if (Is(message, "notifications/message"))
        {
            Assert.StartsWith($"{name} ", message.GetProperty("params").GetProperty("data").GetString(), StringComparison.Ordinal);
        }
    }

    private string Own(JsonElement question)
    {
        var text = question.GetProperty("message").GetString()!;
        Assert.True(canAnswer, text);
        Assert.StartsWith($"{name} ", text, StringComparison.Ordinal);
        return text;
    }

    private TaskCompletionSource<string> HeardOf(int number) => _heard.GetOrAdd(number, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private static bool Is(JsonElement message, string method) => message.TryGetProperty("method", out var name) && name.ValueEquals(method);

    private static string Answer(string told) => $$"""{"action":"accept","content":{"told":"{{told}}"} }""";
}
