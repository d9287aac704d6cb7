using McpRegistry.Protocol;

namespace McpRegistry.Snapshots;

/// <summary>How lists are called in messages, and which of them a server declares.</summary>
internal static class ListKindNames
{
    /// <summary>Gets the single kinds, in the order in which they are announced.</summary>
    public static ReadOnlySpan<ListKinds> Each => [ListKinds.Tools, ListKinds.Prompts, ListKinds.Resources];

    /// <summary>Tells which list a notification is about; none when it is about something else.</summary>
    public static ListKinds Of(McpMethod notification) => notification switch
    {
        McpMethod.ToolsListChanged => ListKinds.Tools,
        McpMethod.PromptsListChanged => ListKinds.Prompts,
        McpMethod.ResourcesListChanged => ListKinds.Resources,
        _ => ListKinds.None,
    };

    /// <summary>Returns the notification for one kind.</summary>
    public static McpMethod Notification(ListKinds kind) => kind switch
    {
        ListKinds.Tools => McpMethod.ToolsListChanged,
        ListKinds.Prompts => McpMethod.PromptsListChanged,
        _ => McpMethod.ResourcesListChanged,
    };

    /// <summary>Returns the member of the capabilities for one kind.</summary>
    public static ReadOnlySpan<byte> Feature(ListKinds kind) => kind switch
    {
        ListKinds.Tools => "tools"u8,
        ListKinds.Prompts => "prompts"u8,
        _ => "resources"u8,
    };

    /// <summary>Returns the kinds that a server has at all.</summary>
    public static ListKinds Offered(ReadOnlySpan<byte> capabilities) => Where(capabilities, default);

    /// <summary>Returns the kinds whose changes a server announces.</summary>
    public static ListKinds Announced(ReadOnlySpan<byte> capabilities) => Where(capabilities, "listChanged"u8);

    /// <summary>Tells whether a server lets its clients subscribe to resources.</summary>
    public static bool HasSubscribe(ReadOnlySpan<byte> capabilities) => Declares(capabilities, "resources"u8, "subscribe"u8);

    private static ListKinds Where(ReadOnlySpan<byte> capabilities, ReadOnlySpan<byte> member)
    {
        var kinds = ListKinds.None;
        foreach (var kind in Each)
        {
            kinds |= Declares(capabilities, Feature(kind), member) ? kind : ListKinds.None;
        }

        return kinds;
    }

    private static bool Declares(ReadOnlySpan<byte> capabilities, ReadOnlySpan<byte> feature, ReadOnlySpan<byte> member)
    {
        var value = JsonMembers.Find(capabilities, feature);
        if (value.IsMissing || member.IsEmpty)
        {
            return !value.IsMissing;
        }

        var declared = value.Of(capabilities);
        var flag = JsonMembers.Find(declared, member);
        return !flag.IsMissing && flag.Of(declared).SequenceEqual("true"u8);
    }
}
