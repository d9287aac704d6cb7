using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace McpRegistry.Routing;

/// <summary>Goes through several ascending lists of rules as if they were one. Takes no memory.</summary>
internal struct RouteCursor(ImmutableArray<CompiledRoute> rules)
{
    private const int MaxLists = 8;

    private Lists _lists;
    private Places _places;
    private int _count;

    /// <summary>Adds a list; null adds nothing.</summary>
    public void Add(int[]? list)
    {
        if (list is { Length: > 0 })
        {
            _lists[_count++] = list;
        }
    }

    public bool Next([NotNullWhen(true)] out CompiledRoute? rule)
    {
        var best = -1;
        var lowest = int.MaxValue;
        for (var i = 0; i < _count; i++)
        {
            if (_places[i] < _lists[i].Length && _lists[i][_places[i]] < lowest)
            {
                (best, lowest) = (i, _lists[i][_places[i]]);
            }
        }

        if (best < 0)
        {
            rule = null;
            return false;
        }

        _places[best]++;
        rule = rules[lowest];
        return true;
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
