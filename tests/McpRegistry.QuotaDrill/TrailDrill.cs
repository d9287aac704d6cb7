using System.Data.Common;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace McpRegistry.QuotaDrill;

/// <summary>
/// Kills a gateway in the middle of many requests at once, a tenth of which make keys, and starts it again: its trail is whole, each key
/// that was acknowledged is there, and each key has its event and each event its key. Then a row is changed by hand, which must be named.
/// </summary>
internal sealed class TrailDrill(TextWriter output, string kind, string connection)
{
    private const int ChangeEvery = 10;
    private const int Victim = 17;
    private const string Tamper = "UPDATE audit_events SET actor_name = 'somebody else' WHERE sequence = 17";

    private readonly List<string> _faults = [];

    /// <summary>Runs and says what went wrong.</summary>
    /// <param name="requests">How many at once, each of which is followed by another one.</param>
    public async Task<IReadOnlyList<string>> RunAsync(int requests)
    {
        var (created, calls) = await KillAsync(requests);
        using var host = await HostProcess.StartAsync(kind, connection);
        using var again = new TrailRequests(host.Url);
        var whole = await again.VerifyAsync();
        Demand(whole.GetProperty("intact").GetBoolean(), $"the trail is not whole: {whole}");

        var rows = await again.ExportAsync("/api/v1/audit/export");
        var events = rows.Where(static row => IsOf(row, "key.create")).Select(static row => row.GetProperty("resourceId").GetString()!).ToHashSet(StringComparer.Ordinal);
        var keys = (await again.ExportAsync("/api/v1/keys/export")).Select(static key => key.GetProperty("id").GetString()!).ToHashSet(StringComparer.Ordinal);
        Demand(created.Count > 0 && calls > 0, "nothing was acknowledged before the host was killed");
        Demand(created.All(keys.Contains), "keys are gone whose creation was acknowledged");
        Demand(created.All(events.Contains), "keys whose creation was acknowledged have no event");
        Demand(keys.SetEquals(events), $"{keys.Except(events).Count()} keys have no event, and {events.Except(keys).Count()} events no key");
        await output.WriteLineAsync(
            $"{kind}, gateway killed in {requests} requests over HTTP: {created.Count} keys and {calls} calls acknowledged; "
            + $"{keys.Count} keys, {rows.Count(static row => IsOf(row, "tools/list"))} calls and {whole.GetProperty("rowsRead")} rows in the trail, {whole.GetProperty("faultCount")} faults");

        await TamperAsync();
        var tampered = await again.VerifyAsync();
        Demand(
            tampered.GetProperty("faults").EnumerateArray().Select(static fault => (fault.GetProperty("kind").GetString(), fault.GetProperty("sequence").GetInt64()))
                .SequenceEqual([("changed", Victim)]),
            $"row {Victim} was changed, and the verification says: {tampered}");
        return _faults;
    }

    private static bool IsOf(JsonElement row, string action) => row.GetProperty("action").ValueEquals(action);

    private async Task<(IReadOnlyCollection<string> Created, int Calls)> KillAsync(int requests)
    {
        using var host = await HostProcess.StartAsync(kind, connection);
        using var load = new TrailRequests(host.Url);
        var running = Enumerable.Range(0, requests).Select(number => UntilCutOffAsync(number % ChangeEvery == 0 ? load.CreateAsync : load.CallAsync)).ToArray();
        while (load.Created.Count + load.Calls < requests / 2 || load.Created.Count < requests / ChangeEvery / 2)
        {
            await Task.Delay(1);
        }

        await host.KillAsync();
        await Task.WhenAll(running);
        return (load.Created, load.Calls);
    }

    /// <summary>Goes on until the host is killed; what is cut off by that is not acknowledged.</summary>
    private static async Task UntilCutOffAsync(Func<Task> request)
    {
        try
        {
            while (true)
            {
                await request();
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException)
        {
            // The host is gone. One that goes just when it is connected to is a naked fault of the socket.
        }
    }

    private async Task TamperAsync()
    {
        await using DbConnection open = kind == "sqlite" ? new SqliteConnection(connection) : new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var command = open.CreateCommand();
        command.CommandText = Tamper;
        await command.ExecuteNonQueryAsync();
    }

    private void Demand(bool holds, string fault)
    {
        if (!holds)
        {
            _faults.Add($"{kind}: {fault}");
        }
    }
}
