using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace McpRegistry.Routing;

/// <summary>Goes through several ascending lists of rules as if they were one, and names each rule once. Takes no memory.</summary>
internal struct RouteCursor(ImmutableArray<CompiledRoute> rules)
{
    /// <summary>More than a server has tags or a client sends headers that rules know; whoever has more meets all rules.</summary>
    private const int MaxLists = 24;

    private Lists _lists;
    private Places _places;
    private int _count;
    private int _next = -1;

    /// <summary>Adds a list; null adds nothing.</summary>
    public void Add(int[]? list)
    {
        if (list is not { Length: > 0 })
        {
            return;
        }

        if (_count < MaxLists)
        {
            _lists[_count++] = list;
            return;
        }

        _next = 0;
    }

    public bool Next([NotNullWhen(true)] out CompiledRoute? rule)
    {
        var place = _next < 0 ? NextListed() : _next++;
        rule = place < rules.Length ? rules[place] : null;
        return rule is not null;
    }

    private int NextListed()
    {
        var lowest = int.MaxValue;
        for (var i = 0; i < _count; i++)
        {
            if (_places[i] < _lists[i].Length)
            {
                lowest = Math.Min(lowest, _lists[i][_places[i]]);
            }
        }

        for (var i = 0; i < _count; i++)
        {
            if (_places[i] < _lists[i].Length && _lists[i][_places[i]] == lowest)
            {
                _places[i]++;
            }
        }

        return lowest;
    }

    [InlineArray(MaxLists)]
    private struct Lists
    {
        private int[] _first;
    }

    [InlineArray(MaxLists)]
    private struct Places
    {
        private int _first;
    }
}
