using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace McpRegistry.Routing.Conditions;

/// <summary>
/// The JSON pointers of a set of rules as one tree, so that one reading of the arguments finds the values of all of them. A place in it
/// is a number; what it keeps is in proportion to the text of the pointers, and a reading takes none of it.
/// </summary>
internal sealed class ArgumentTree
{
    /// <summary>The place of the params, in which the arguments are.</summary>
    public const int Root = 0;

    private const int None = -1;
    private const int OnStack = 256;

    /// <summary>A character takes most when it is escaped: <c>\u0041</c>.</summary>
    private const int MaxBytesPerChar = 6;

    private readonly Dictionary<(int Parent, string Name), int> _steps = new(new ArgumentStep.Comparer());
    private readonly Dictionary<(int Parent, string Name), int>.AlternateLookup<ArgumentStep> _find;
    private readonly FrozenDictionary<ArgumentPointer, int> _ends;
    private readonly Place[] _places;

    /// <summary>Makes the tree.</summary>
    /// <param name="pointers">The pointers; those that are equal count as one.</param>
    public ArgumentTree(IEnumerable<ArgumentPointer> pointers)
    {
        var places = new List<Place> { new(None) };
        _ends = pointers.Distinct().ToDictionary(static pointer => pointer, pointer => Add(pointer, places)).ToFrozenDictionary();
        _find = _steps.GetAlternateLookup<ArgumentStep>();
        _places = [.. places];
    }

    /// <summary>Gets how many places pointers end at.</summary>
    public int Ends => _ends.Count;

    /// <summary>Gets the place where a pointer of the tree ends.</summary>
    public int EndOf(ArgumentPointer pointer) => _ends[pointer];

    public bool IsEnd(int place) => _places[place].IsEnd;

    public bool HasMore(int place) => _places[place].LongestName >= 0;

    public int ParentOf(int place) => _places[place].Parent;

    /// <summary>Finds the place of a member whose name the reader stands at; negative when no pointer leads there.</summary>
    public int FindMember(int parent, in Utf8JsonReader name)
    {
        var length = name.ValueSpan.Length;
        if (length > (long)_places[parent].LongestName * MaxBytesPerChar || (name.ValueIsEscaped && !EscapedText.IsText(name.ValueSpan)))
        {
            return None;
        }

        char[]? rented = null;
        var buffer = length <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(length);
        var place = Find(parent, buffer[..name.CopyString(buffer)]);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return place;
    }

    /// <summary>Finds the place of an item of an array; negative when no pointer leads there.</summary>
    public int FindItem(int parent, int index)
    {
        if (index > _places[parent].LastItem)
        {
            return None;
        }

        Span<char> name = stackalloc char[10];
        index.TryFormat(name, out var length, provider: CultureInfo.InvariantCulture);
        return Find(parent, name[..length]);
    }

    private int Find(int parent, ReadOnlySpan<char> name) => _find.TryGetValue(new ArgumentStep(parent, name), out var place) ? place : None;

    private int Add(ArgumentPointer pointer, List<Place> places)
    {
        var place = Root;
        foreach (var (name, index) in pointer.Steps)
        {
            ref var parent = ref CollectionsMarshal.AsSpan(places)[place];
            parent.LongestName = Math.Max(parent.LongestName, name.Length);
            parent.LastItem = Math.Max(parent.LastItem, index);
            if (!_steps.TryGetValue((place, name), out var next))
            {
                _steps.Add((place, name), next = places.Count);
                places.Add(new Place(place));
            }

            place = next;
        }

        CollectionsMarshal.AsSpan(places)[place].IsEnd = true;
        return place;
    }

    private struct Place(int parent)
    {
        public readonly int Parent = parent;
        public int LongestName = None;
        public int LastItem = None;
        public bool IsEnd;
    }
}
