using System.Diagnostics.Metrics;

namespace McpRegistry.Storage;

/// <summary>Rows that come in order of time and are only added; the oldest make room, which is counted. Its owner holds the lock.</summary>
/// <typeparam name="TRow">The row.</typeparam>
/// <param name="position">Tells the time and the id of a row.</param>
/// <param name="dropped">Counts rows that made room; null counts none.</param>
/// <param name="table">What the rows are, for that count.</param>
/// <param name="madeRoom">Told of each row that made room; null tells nobody.</param>
internal sealed class InMemoryRows<TRow>(Func<TRow, RowPosition> position, Counter<long>? dropped, string table, Action<TRow>? madeRoom = null)
{
    /// <summary>The most rows of one kind that memory keeps.</summary>
    public const int Capacity = 10_000;

    private readonly Dictionary<Guid, TRow> _rows = [];
    private readonly Queue<Guid> _arrivals = [];

    public IEnumerable<TRow> All => _rows.Values;

    /// <summary>Makes the instrument that counts the rows which made room.</summary>
    public static Counter<long> Instrument(Meter meter) => meter.CreateCounter<long>(
        "mcpregistry.memory_rows.dropped", "{row}", "Rows that made room for younger ones in the in-memory store.");

    public bool Contains(Guid id) => _rows.ContainsKey(id);

    /// <summary>Adds a row, unless its id is there already.</summary>
    public void Add(TRow row)
    {
        var id = position(row).Id;
        if (!_rows.TryAdd(id, row))
        {
            return;
        }

        _arrivals.Enqueue(id);
        while (_arrivals.Count > Capacity)
        {
            if (_rows.Remove(_arrivals.Dequeue(), out var oldest))
            {
                madeRoom?.Invoke(oldest);
                dropped?.Add(1, new KeyValuePair<string, object?>("table", table));
            }
        }
    }

    public void Remove(Func<TRow, bool> match)
    {
        foreach (var (id, _) in _rows.Where(pair => match(pair.Value)).ToArray())
        {
            _rows.Remove(id);
        }
    }

    public void Change(Func<TRow, bool> match, Func<TRow, TRow> change)
    {
        foreach (var (id, row) in _rows.Where(pair => match(pair.Value)).ToArray())
        {
            _rows[id] = change(row);
        }
    }

    /// <summary>Gets a page of the rows that match, newest first.</summary>
    public IReadOnlyList<TRow> Page(Func<TRow, bool> match, RowPosition? after, int limit) =>
    [
        .. _rows.Values
            .Where(match)
            .Select(row => (Row: row, Position: position(row)))
            .Where(pair => after is not { } last || Compare(pair.Position, last) < 0)
            .OrderByDescending(pair => pair.Position.Time)
            .ThenByDescending(pair => pair.Position.Id)
            .Take(limit)
            .Select(pair => pair.Row),
    ];

    private static int Compare(RowPosition left, RowPosition right) =>
        left.Time != right.Time ? left.Time.CompareTo(right.Time) : left.Id.CompareTo(right.Id);
}
