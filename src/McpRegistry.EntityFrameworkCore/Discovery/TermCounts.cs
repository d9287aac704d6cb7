using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>
/// Counts how many servers have what a search asks for, and remembers it for a minute. The counts choose the form of a
/// statement and nothing else: one that is out of date makes a search slower, never wrong. They end at
/// <see cref="Largest"/>, since from there on the choice stays the same.
/// </summary>
internal sealed class TermCounts(TimeProvider time)
{
    public const int Largest = 20_000;

    private const int MostEntries = 10_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (int Count, long At)> _known = new(StringComparer.Ordinal);

    /// <summary>Counts several things; those that are not known cost one statement for all of them.</summary>
    public async ValueTask<int[]> GetAsync(RegistryDbContext context, IReadOnlyList<CountQuery> queries, CancellationToken cancellationToken)
    {
        var counts = new int[queries.Count];
        SqlText? sql = null;
        for (var i = 0; i < counts.Length; i++)
        {
            if (_known.TryGetValue(queries[i].Key, out var known) && time.GetElapsedTime(known.At) < Lifetime)
            {
                counts[i] = known.Count;
                continue;
            }

            sql = sql is null ? new SqlText() : sql.Add(" UNION ALL ");
            sql.Add("SELECT ").Add(i.ToString(CultureInfo.InvariantCulture)).Add(" AS number, count(*) AS count FROM (");
            queries[i].AddTo(sql);
            sql.Add(" LIMIT ").Add(Largest.ToString(CultureInfo.InvariantCulture)).Add(") AS x");
        }

        if (sql is not null)
        {
            var rows = await context.Database
                .SqlQueryRaw<NumberedCount>(sql.ToString(), sql.Values)
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
            foreach (var row in rows)
            {
                counts[row.Number] = (int)row.Count;
                Remember(queries[row.Number].Key, counts[row.Number]);
            }
        }

        return counts;
    }

    private void Remember(string key, int count)
    {
        // Whoever asks for ever new names would fill the memory; what is asked often is soon known again.
        if (_known.Count >= MostEntries)
        {
            _known.Clear();
        }

        _known[key] = (count, time.GetTimestamp());
    }
}
