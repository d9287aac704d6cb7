using System.Buffers;

namespace McpRegistry.Protocol;

/// <summary>Takes tools out of a page of <c>tools/list</c> that a client must not see.</summary>
internal static class ListedTools
{
    /// <summary>Returns the page without tools whose annotations break a rule; the very same one when there is none.</summary>
    public static UpstreamMessage WithoutInvalid(UpstreamMessage page) =>
        page.IsError || !ParameterHeaders.MayAnnotate(page.Raw(page.Result)) ? page : Keep(page, IsValid);

    /// <summary>Returns the page without tools that a legacy server runs as tasks only; the very same one when there is none.</summary>
    public static UpstreamMessage WithoutTaskOnly(UpstreamMessage page) =>
        page.IsError || page.Raw(page.Result).IndexOf("taskSupport"u8) < 0 ? page : Keep(page, static tool => !IsTaskOnly(tool));

    /// <summary>Tells whether the entry of a tool says that it runs as a task only (2025-11-25, <c>execution.taskSupport</c>).</summary>
    public static bool IsTaskOnly(ReadOnlySpan<byte> tool)
    {
        if (tool.IndexOf("taskSupport"u8) < 0)
        {
            return false;
        }

        var execution = JsonMembers.Find(tool, "execution"u8);
        return !execution.IsMissing && JsonMembers.FindText(execution.Of(tool), "taskSupport"u8) == "required";
    }

    private static UpstreamMessage Keep(UpstreamMessage page, ToolPredicate keeps)
    {
        var list = JsonMembers.Find(page.Raw(page.Result), "tools"u8);
        if (list.IsMissing)
        {
            return page;
        }

        list = new Slice(page.Result.Start + list.Start, list.Length);
        var entries = JsonElements.Of(page.Json, list);
        var kept = entries.FindAll(entry => keeps(entry.Of(page.Json.Span)));
        return kept.Count == entries.Count ? page : UpstreamMessage.TryRead(Write(page.Json, list, kept)) ?? page;
    }

    private delegate bool ToolPredicate(ReadOnlySpan<byte> tool);

    private static bool IsValid(ReadOnlySpan<byte> tool)
    {
        ParameterHeaders.Of(tool, out var fault);
        return fault is null;
    }

    private static ReadOnlyMemory<byte> Write(ReadOnlyMemory<byte> json, Slice list, List<Slice> kept)
    {
        var output = new ArrayBufferWriter<byte>(json.Length);
        output.Write(json.Span[..list.Start]);
        var separator = "["u8;
        foreach (var entry in kept)
        {
            output.Write(separator);
            output.Write(entry.Of(json.Span));
            separator = ","u8;
        }

        output.Write(kept.Count == 0 ? "[]"u8 : "]"u8);
        output.Write(json.Span[list.End..]);
        return output.WrittenMemory;
    }
}
