namespace McpRegistry.ResilienceDrill;

/// <summary>Clients each of which makes the next call as soon as the last one has ended.</summary>
internal sealed class Crowd(DrillCaller caller, int clients, params string[] tools)
{
    private readonly List<CallRecord>[] _records = [.. Enumerable.Range(0, clients).Select(static _ => new List<CallRecord>())];
    private readonly int[] _answered = new int[DrillSite.EndpointCount];
    private Task _calling = Task.CompletedTask;
    private volatile bool _isEnding;

    /// <summary>Begins to call.</summary>
    public void Start() => _calling = Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => CallAsync(client))));

    /// <summary>Gets how many calls each endpoint has answered.</summary>
    public int[] Answered => [.. _answered];

    /// <summary>Stops calling.</summary>
    /// <returns>All calls.</returns>
    public async Task<IReadOnlyList<CallRecord>> EndAsync()
    {
        _isEnding = true;
        await _calling;
        return [.. _records.SelectMany(static records => records)];
    }

    private async Task CallAsync(int client)
    {
        for (var turn = client; !_isEnding; turn++)
        {
            var record = await caller.CallAsync(tools[turn % tools.Length]);
            _records[client].Add(record);
            if (!record.Failed)
            {
                Interlocked.Increment(ref _answered[record.Endpoint]);
            }
        }
    }
}
