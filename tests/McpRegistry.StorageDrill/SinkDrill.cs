using System.Globalization;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.StorageDrill;

/// <summary>
/// Kills one of two hosts with the same audit sink in the middle of a batch: every row of every tenant is delivered, in the order of its
/// chain, and only what was not noted comes twice.
/// </summary>
internal sealed class SinkDrill(TextWriter output)
{
    private const int RowsOfTenant = 200;
    private const int StandsStillAfter = 30;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly TenantId[] _tenants = [.. Enumerable.Range(0, 4).Select(static _ => new TenantId(Guid.CreateVersion7()))];

    /// <summary>Runs once on PostgreSQL and says what went wrong.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var folder = Directory.CreateTempSubdirectory("mcp-registry-sink-");
        try
        {
            await using var server = await DrillDatabaseServer.StartAsync();
            await AppendAsync(server.ConnectionString, limit.Token);
            var file = Path.Combine(folder.FullName, "trail");
            using (var doomed = Start(server, file, "one", 0, StandsStillAfter))
            {
                await WaitAsync(file, lines => lines.Count(static line => line.Host == "one") == StandsStillAfter - 1, limit.Token);
                using var other = Start(server, file, "two", 0, int.MaxValue);
                await WaitAsync(file, lines => IsComplete(lines, _tenants.Length - 1), limit.Token);
                await doomed.KillAsync(limit.Token);
                await other.KillAsync(limit.Token);
            }

            using var third = Start(server, file, "three", 2, int.MaxValue);
            var all = await WaitAsync(file, lines => IsComplete(lines, _tenants.Length), limit.Token);
            return await JudgeAsync(all);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return ["the sinks did not deliver all rows in time"];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static WriterProcess Start(DrillDatabaseServer server, string file, string host, int minutesAhead, int standsStillAfter) => WriterProcess.Start(
        new Ledger(), "sink", server.ConnectionString, file, host,
        minutesAhead.ToString(CultureInfo.InvariantCulture), standsStillAfter.ToString(CultureInfo.InvariantCulture));

    private async Task AppendAsync(string connection, CancellationToken cancellationToken)
    {
        await using var store = await DrillStore.OpenAsync("postgresql", connection, cancellationToken);
        foreach (var tenant in _tenants)
        {
            await store.Get<IAuditStore>().AppendAsync(
                [.. Enumerable.Range(0, RowsOfTenant).Select(_ => DrillContent.Event(TimeProvider.System, "tools/call", Guid.CreateVersion7()) with { Tenant = tenant })],
                cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> JudgeAsync(List<Line> lines)
    {
        var faults = new List<string>();
        var last = _tenants.ToDictionary(static tenant => tenant.ToString(), static _ => 0L, StringComparer.Ordinal);
        var repeated = 0;
        foreach (var line in lines)
        {
            repeated += line.Sequence <= last[line.Tenant] ? 1 : 0;
            if (line.Sequence > last[line.Tenant] + 1)
            {
                faults.Add($"host {line.Host} got row {line.Sequence} of {line.Tenant} after row {last[line.Tenant]}");
            }

            last[line.Tenant] = Math.Max(last[line.Tenant], line.Sequence);
        }

        if (repeated == 0)
        {
            faults.Add("no row came twice, so nobody was killed between a delivery and its note");
        }

        await output.WriteLineAsync($"postgresql, host killed in a delivery: {lines.Count} rows delivered, {repeated} of them again, {faults.Count} faults");
        return faults;
    }

    private static bool IsComplete(IEnumerable<Line> lines, int tenants) =>
        lines.Where(static line => line.Sequence == RowsOfTenant).Select(static line => line.Tenant).Distinct(StringComparer.Ordinal).Count() >= tenants;

    private static async Task<List<Line>> WaitAsync(string file, Func<List<Line>, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            var lines = File.Exists(file) ? await ReadAsync(file, cancellationToken) : [];
            if (condition(lines))
            {
                return lines;
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<List<Line>> ReadAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync(cancellationToken);

        // What stands behind the last line break is still being written.
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => Line.Of(line.Split(' ')))];
    }

    private sealed record Line(string Host, string Tenant, long Sequence)
    {
        public static Line Of(string[] parts) => new(parts[0], parts[1], long.Parse(parts[2], CultureInfo.InvariantCulture));
    }
}
