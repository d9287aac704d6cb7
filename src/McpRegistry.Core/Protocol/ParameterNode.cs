using System.Text.Json;

namespace McpRegistry.Protocol;

/// <summary>A step on the way to annotated arguments: arguments are read once along these, however many are annotated.</summary>
internal sealed class ParameterNode(byte[] name)
{
    private readonly List<ParameterNode> _children = [];

    /// <summary>Gets or sets the index of the header that mirrors this value; -1 when none does.</summary>
    public int Header { get; set; } = -1;

    public bool HasChildren => _children.Count > 0;

    /// <summary>Finds or adds the node of a member.</summary>
    public ParameterNode Enter(byte[] member)
    {
        var child = _children.Find(node => node.Is(member));
        if (child is null)
        {
            child = new ParameterNode(member);
            _children.Add(child);
        }

        return child;
    }

    /// <summary>Finds the node of the member that the reader stands on.</summary>
    public ParameterNode? Find(ref Utf8JsonReader reader)
    {
        foreach (var child in _children)
        {
            if (reader.ValueTextEquals(child.Name))
            {
                return child;
            }
        }

        return null;
    }

    private byte[] Name => name;

    private bool Is(ReadOnlySpan<byte> member) => member.SequenceEqual(name);
}
