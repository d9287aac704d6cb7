namespace McpRegistry.QuotaDrill;

/// <summary>Several hosts on one database, and one key whose calls of the hour are used up over all of them, and which is revoked then.</summary>
/// <param name="output">Takes what was seen.</param>
/// <param name="kind">The database.</param>
/// <param name="connection">How to reach it.</param>
/// <param name="count">How many hosts.</param>
/// <param name="mostLate">How late the last host may hear that the key was revoked.</param>
/// <param name="isPatient">
/// Whether the hosts wait long enough for each other and for the store that no call is wasted on a busy machine. With the waits that they have
/// unless told calls may be, and still none may be too many.
/// </param>
internal sealed class Drill(TextWriter output, string kind, string connection, int count, TimeSpan mostLate, bool isPatient = true)
{
    private const int Callers = 24;
    private const int Limit = 1000;

    // What a replica can hold: the slice it spends and the one leased ahead, each at most a 32nd of the limit.
    private const int MostLost = 2 * (Limit / 32);

    private readonly Random _random = new();

    /// <summary>Runs one round and says what is wrong; null when nothing is.</summary>
    public async Task<string?> RunAsync(int round, bool kill)
    {
        while (true)
        {
            var hour = Hour();
            var fault = await TryAsync(round, kill);
            if (hour == Hour())
            {
                return fault;
            }

            await output.WriteLineAsync($"round {round}: a new hour began meanwhile; once more");
        }
    }

    private async Task<string?> TryAsync(int round, bool kill)
    {
        var hosts = new List<HostProcess>();
        try
        {
            for (var host = 0; host < count; host++)
            {
                hosts.Add(await HostProcess.StartAsync(kind, connection, isPatient));
            }

            var key = await hosts[0].AddKeyAsync(Limit);
            using var load = new Load([.. hosts.Select(static host => host.Url)], key);
            await load.RunAsync(Callers, _random.Next(100, Limit / 2), kill ? hosts[_random.Next(count)].KillAsync : static () => Task.CompletedTask);
            await output.WriteLineAsync($"{kind}, {count} hosts, round {round}{(kill ? ", one host killed" : "")}{(isPatient ? "" : ", default waits")}: {load.Succeeded} of {Limit} calls, {load.CutOff} cut off");
            if (!kill && isPatient && await RevokeAsync(hosts[0], key, load) is { } late)
            {
                return $"round {round}: {late}";
            }

            var least = !isPatient ? 1 : kill ? Limit - MostLost - load.CutOff : Limit;
            return load.Succeeded > Limit || load.Succeeded < least || (load.CutOff > 0 && !kill && isPatient)
                ? $"round {round}: {load.Succeeded} calls, which must be {least} to {Limit}"
                : null;
        }
        finally
        {
            hosts.ForEach(static host => host.Dispose());
        }
    }

    /// <summary>Revokes the key on one host and waits until none takes it. All of them know it well by then.</summary>
    private async Task<string?> RevokeAsync(HostProcess host, string key, Load load)
    {
        var began = TimeProvider.System.GetTimestamp();
        await host.RevokeAsync(key);
        var written = TimeProvider.System.GetElapsedTime(began);
        using var enough = new CancellationTokenSource(2 * mostLate);
        var isUnknown = await load.UntilUnknownAsync(enough.Token);
        var took = TimeProvider.System.GetElapsedTime(began);
        await output.WriteLineAsync($"{kind}, {count} hosts: a key revoked on one was {(isUnknown ? "" : "not ")}refused by all after {took.TotalMilliseconds:F0} ms, of which its store took {written.TotalMilliseconds:F0}");
        return took > mostLate ? $"the refusal took more than {mostLate}" : null;
    }

    private static long Hour() => TimeProvider.System.GetUtcNow().Ticks / TimeSpan.TicksPerHour;
}
