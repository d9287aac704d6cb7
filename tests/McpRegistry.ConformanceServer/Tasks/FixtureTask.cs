using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRegistry.ConformanceServer.Changes;
using McpRegistry.ConformanceServer.Questions;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Tasks;

/// <summary>A call that goes on after its answer.</summary>
internal sealed class FixtureTask(string id, ChangeHub hub, TimeProvider clock) : IDisposable
{
    private const int PollIntervalMs = 100;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly DateTimeOffset _createdAt = clock.GetUtcNow();
    private readonly Dictionary<string, (Question Question, TaskCompletionSource<JsonElement> Answer)> _open = new(StringComparer.Ordinal);
    private DateTimeOffset _updatedAt = clock.GetUtcNow();
    private string _status = TaskStatus.Working;
    private JsonNode? _outcome;

    /// <summary>How long a task can be asked for after it was made.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(5);

    public string Id => id;

    public bool IsExpired => clock.GetUtcNow() - _createdAt > Lifetime;

    public CreatedTask ToCreated() => new()
    {
        ResultType = "task",
        TaskId = id,
        Status = TaskStatus.Working,
        CreatedAt = Format(_createdAt),
        LastUpdatedAt = Format(_createdAt),
        TtlMs = (int)Lifetime.TotalMilliseconds,
        PollIntervalMs = PollIntervalMs,
    };

    /// <summary>Gets the whole state, as <c>tasks/get</c> and the notification carry it.</summary>
    public JsonObject ToJson()
    {
        lock (_lock)
        {
            var state = new JsonObject
            {
                ["taskId"] = id,
                ["status"] = _status,
                ["createdAt"] = Format(_createdAt),
                ["lastUpdatedAt"] = Format(_updatedAt),
                ["ttlMs"] = (int)Lifetime.TotalMilliseconds,
                ["pollIntervalMs"] = PollIntervalMs,
            };
            switch (_status)
            {
                case TaskStatus.Completed:
                    state["result"] = _outcome!.DeepClone();
                    break;
                case TaskStatus.Failed:
                    state["error"] = _outcome!.DeepClone();
                    break;
                case TaskStatus.InputRequired:
                    state["inputRequests"] = new JsonObject(_open.Select(static open => KeyValuePair.Create(
                        open.Key, JsonSerializer.SerializeToNode(open.Value.Question.ToInputRequest(), McpJsonUtilities.DefaultOptions))));
                    break;
            }

            return state;
        }
    }

    /// <summary>Runs the tool to its end, whatever that is.</summary>
    public async Task RunAsync(Func<CancellationToken, Task<CallToolResult>> run)
    {
        try
        {
            var result = await run(_cancel.Token);
            result.ResultType = "complete";
            End(TaskStatus.Completed, JsonSerializer.SerializeToNode(result, McpJsonUtilities.DefaultOptions));
        }
        catch (OperationCanceledException)
        {
            End(TaskStatus.Cancelled, null);
        }
        catch (McpProtocolException failure)
        {
            End(TaskStatus.Failed, new JsonObject { ["code"] = (int)failure.ErrorCode, ["message"] = failure.Message });
        }
    }

    public async Task<Answers> AskAsync(Question[] questions, CancellationToken cancellationToken)
    {
        var answers = questions.ToDictionary(
            static question => question.Key, static _ => new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously), StringComparer.Ordinal);
        Change(() =>
        {
            _status = TaskStatus.InputRequired;
            foreach (var question in questions)
            {
                _open[question.Key] = (question, answers[question.Key]);
            }
        });

        var given = new List<KeyValuePair<string, JsonElement>>();
        foreach (var (key, answer) in answers)
        {
            given.Add(KeyValuePair.Create(key, await answer.Task.WaitAsync(cancellationToken)));
        }

        return new Answers(given);
    }

    /// <summary>Takes answers; keys that were not asked are ignored.</summary>
    public void Answer(JsonObject responses) => Change(() =>
    {
        foreach (var (key, response) in responses)
        {
            if (response is JsonObject && _open.Remove(key, out var open))
            {
                open.Answer.TrySetResult(JsonSerializer.SerializeToElement(response));
            }
        }

        if (_status == TaskStatus.InputRequired && _open.Count == 0)
        {
            _status = TaskStatus.Working;
        }
    });

    public void Cancel()
    {
        End(TaskStatus.Cancelled, null);
        _cancel.Cancel();
    }

    public void Dispose() => _cancel.Dispose();

    private static string Format(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private void End(string status, JsonNode? outcome) => Change(() =>
    {
        if (_status is TaskStatus.Working or TaskStatus.InputRequired)
        {
            _status = status;
            _outcome = outcome;
            _open.Clear();
        }
    });

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            _updatedAt = clock.GetUtcNow();
        }

        hub.Publish(new Change(ChangeKind.Task, id, ToJson()));
    }
}
