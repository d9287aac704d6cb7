using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>The client's part of a replay: it sends a request and compares what arrived at both ends with what was sent at the other.</summary>
internal sealed class Replayer(GatewayHost gateway, IReadOnlyDictionary<string, ReplayServer> servers, CancellationToken cancellation)
{
    private readonly Dictionary<(string? Alias, string Revision), RawClient> _clients = [];
    private readonly Dictionary<string, string> _taskIds = new(StringComparer.Ordinal);
    private int _last;

    /// <summary>Plays a request.</summary>
    /// <returns>The first difference that no rewrite explains; null when there is none.</returns>
    public async Task<string?> PlayAsync(Passage passage)
    {
        var client = await ClientAsync(passage);
        var taskId = passage.Client == Era.Modern && RawJson.Find(passage.Case.Params, "taskId") is { } task ? _taskIds.GetValueOrDefault(task.GetString()!) : null;
        var request = SentRequest.Of(passage, NextId(), taskId);
        var server = servers[passage.ServerRevision];
        var step = server.Expect(passage);
        var ownAnswer = OwnAnswers.Of(passage);
        if (ownAnswer is not (null, null))
        {
            return await ExpectOwnAsync(client, request, ownAnswer, step) ?? await ConsequenceAsync(client, passage, server);
        }

        var dialogue = new ReplayDialogue(client, passage, request, cancellation);
        var response = await dialogue.RunAsync();
        return dialogue.Fault
            ?? CompareId(request, response)
            ?? CompareRequests(client, passage, dialogue, step)
            ?? QuestionRules.CompareAnswers(passage, step)
            ?? CompareNotifications(passage, request, dialogue)
            ?? CompareResponse(passage, response, dialogue.IsRefused);
    }

    /// <summary>Gets the client of a passage, one for each revision and endpoint.</summary>
    public async Task<RawClient> ClientAsync(Passage passage)
    {
        var alias = passage.IsMerged ? null : passage.Alias;
        if (!_clients.TryGetValue((alias, passage.ClientRevision), out var client))
        {
            client = await RawClient.OpenAsync(gateway.Http, gateway.Mcp(alias), passage.Client, cancellation, Declared.ByClient(passage.Client), passage.ClientRevision);
            if (passage.Client == Era.Legacy)
            {
                await client.CallAsync("logging/setLevel", cancellation, "\"level\":\"debug\"");
            }

            _clients.Add((alias, passage.ClientRevision), client);
        }

        return client;
    }

    private string NextId() => ++_last % 2 == 0 ? $"{_last}" : $"\"\\u00efd \\/ {_last}\"";

    private async Task<string?> ExpectOwnAsync(RawClient client, SentRequest request, (string? Result, int? Code) expected, ReplayStep step)
    {
        var answer = await client.CallAsync(request.Method, cancellation, request.Members, request.Meta, request.Id);
        var difference = expected.Result is { } result ? JsonDifference.Find(JsonTree.Parse(result), JsonTree.Of(answer.Result)) : null;
        return difference
            ?? (expected.Code is { } code && answer.Error.GetProperty("code").GetInt32() != code ? $"the error is {answer.Error.GetRawText()}, not {code}" : null)
            ?? (step.Received.IsEmpty ? CompareId(request, answer.Response) : "the server got a request that the gateway answers itself");
    }

    /// <summary>What the server hears of a request that the gateway answers itself.</summary>
    private async Task<string?> ConsequenceAsync(RawClient client, Passage passage, ReplayServer server)
    {
        if (passage is { Method: "resources/subscribe", Client: Era.Legacy, Server: Era.Legacy, Wiring.IsSocket: false })
        {
            var uri = passage.Case.Params.GetProperty("uri").GetRawText();
            return JsonDifference.Find(JsonTree.Parse($"{{\"uri\":{uri}}}"), JsonTree.Of(server.Requests.Of("resources/subscribe")[^1].Params), "subscribe.params");
        }

        if (passage is not { Method: "logging/setLevel", Client: Era.Legacy })
        {
            return null;
        }

        await client.CallToolAsync("work", cancellation);
        var level = passage.Case.Params.GetProperty("level").GetString();
        var heard = passage.Server == Era.Modern
            ? server.Requests.Of("tools/call")[^1].Meta("io.modelcontextprotocol/logLevel").ValueEquals(level)
            : server.Requests.Of("logging/setLevel").Count > 0;
        await client.CallAsync("logging/setLevel", cancellation, "\"level\":\"debug\"");
        return heard ? null : $"the server does not hear of the level {level}";
    }

    private static string? CompareId(SentRequest request, JsonElement response) =>
        response.GetProperty("id").GetRawText() == request.Id ? null : $"the id is {response.GetProperty("id").GetRawText()}, not {request.Id}";

    private static string? CompareRequests(RawClient client, Passage passage, ReplayDialogue dialogue, ReplayStep step)
    {
        var expected = QuestionRules.Requests(passage, dialogue, client);
        var received = step.Received.ToArray();
        return received.Length != expected.Count
            ? $"the server got {received.Length} requests, not {expected.Count}"
            : expected.Zip(received)
                .Select(pair => JsonDifference.Find(pair.First, RequestRewrites.Received(pair.Second.Params.ValueKind == JsonValueKind.Undefined ? JsonTree.Object() : JsonTree.Of(pair.Second.Params)), "request.params"))
                .FirstOrDefault(found => found is not null);
    }

    private static string? CompareNotifications(Passage passage, SentRequest request, ReplayDialogue dialogue)
    {
        var token = RawJson.Find(JsonElement.Parse($"{{{request.Meta}}}"), "progressToken");
        var expected = NotificationRules.DuringCall(passage, token);
        return expected.Count != dialogue.Notifications.Count
            ? $"the client got {dialogue.Notifications.Count} notifications, not {expected.Count}: {string.Join(' ', dialogue.Notifications.Select(message => message.GetRawText()))}"
            : expected.Zip(dialogue.Notifications).Select(pair => JsonDifference.Find(pair.First, JsonTree.Of(pair.Second), "notification")).FirstOrDefault(found => found is not null);
    }

    private string? CompareResponse(Passage passage, JsonElement response, bool isRefused)
    {
        if (isRefused)
        {
            return response.TryGetProperty("error", out var refusal) && refusal.GetProperty("data").GetProperty("reason").ValueEquals("question_not_relayed")
                ? null
                : $"a question that cannot be asked ended in {response.GetRawText()}";
        }

        if (passage.Case.Error is { } error)
        {
            return UrlRules.Compare(passage, response) ?? (AnswerRewrites.WantsUrl(passage) && UrlRules.AreTranslated(passage) ? null : Compare(JsonTree.Of(error), AnswerRewrites.Errors, passage, response, "error"));
        }

        if (passage.Case.IsModernOnly)
        {
            if (passage.Client == Era.Legacy)
            {
                return response.TryGetProperty("error", out var fault) && fault.GetProperty("code").GetInt32() == -32603 ? null : $"a task that was not asked for ended in {response.GetRawText()}";
            }

            if (response.TryGetProperty("result", out var created))
            {
                _taskIds[passage.Case.Result!.Value.GetProperty("taskId").GetString()!] = created.GetProperty("taskId").GetString()!;
            }
        }

        var expected = JsonTree.Parse(passage.Result());
        if (expected["taskId"]?.Scalar is { } own && passage is { Server: Era.Modern } && _taskIds.TryGetValue(own[1..], out var known) && (passage.Case.IsModernOnly || passage.Method == "tasks/get"))
        {
            expected.Members!["taskId"] = JsonTree.String(known);
            if (known == own[1..])
            {
                return "the id of a task is not sealed";
            }
        }

        return Compare(expected, AnswerRewrites.Results, passage, response, "result");
    }

    private static string? Compare(JsonTree expected, IReadOnlyList<Rewrite> table, Passage passage, JsonElement response, string member)
    {
        Rewrite.All(table, expected, passage);
        return response.TryGetProperty(member, out var actual)
            ? JsonDifference.Find(expected, JsonTree.Of(actual), member)
            : $"the answer has no {member}: {response.GetRawText()}";
    }
}
