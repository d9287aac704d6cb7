using System.Buffers;

namespace McpRegistry.Protocol;

/// <summary>
/// Puts other URIs in the place of those by which a server names its resources: links, embedded resources, contents and user
/// interfaces. What tools and models say in their own words, structured content included, is not looked at.
/// </summary>
internal sealed class ResourceUriRewriter
{
    /// <summary>Content of a tool's result inside other content; nobody needs more, and a server decides how deep it goes.</summary>
    private const int MaxDepth = 4;

    private readonly ReadOnlyMemory<byte> _text;
    private readonly Func<string, string?> _exposed;
    private readonly List<(Slice At, string Uri)> _edits = [];

    private ResourceUriRewriter(ReadOnlyMemory<byte> text, Func<string, string?> exposed)
    {
        _text = text;
        _exposed = exposed;
    }

    /// <summary>Rewrites the response of a server; the very same one when it names nothing that changes.</summary>
    /// <param name="message">The response.</param>
    /// <param name="exposed">Returns the URI to put in the place of one; null leaves it.</param>
    public static UpstreamMessage Rewrite(UpstreamMessage message, Func<string, string?> exposed)
    {
        var rewriter = new ResourceUriRewriter(message.Json, exposed);
        if (message.IsError)
        {
            rewriter.InError(message.Error);
        }
        else
        {
            rewriter.InResult(message.Result, mayBeTask: true);
        }

        return rewriter._edits.Count == 0 ? message : UpstreamMessage.TryRead(rewriter.Write()) ?? message;
    }

    /// <summary>Rewrites a result, or the state of a task, which has one inside.</summary>
    public static ReadOnlyMemory<byte> RewriteResult(ReadOnlyMemory<byte> result, Func<string, string?> exposed)
    {
        var rewriter = new ResourceUriRewriter(result, exposed);
        rewriter.InResult(new Slice(0, result.Length), mayBeTask: true);
        return rewriter.Write();
    }

    /// <summary>Rewrites the entry of a tool.</summary>
    public static ReadOnlyMemory<byte> RewriteTool(ReadOnlyMemory<byte> tool, Func<string, string?> exposed)
    {
        var rewriter = new ResourceUriRewriter(tool, exposed);
        rewriter.InMeta(rewriter.Find(new Slice(0, tool.Length), "_meta"u8));
        return rewriter.Write();
    }

    private void InResult(Slice result, bool mayBeTask)
    {
        // Only a task has a whole result inside; a tool may call what is its own by the same name.
        var isTask = mayBeTask && !Find(result, "taskId"u8).IsMissing;
        var members = new JsonMembers(Raw(result));
        while (members.Next())
        {
            var value = Absolute(result, members.Value);
            if (members.NameIs("content"u8))
            {
                InContent(value, 0);
            }
            else if (members.NameIs("contents"u8))
            {
                JsonElements.Of(_text, value).ForEach(InResource);
            }
            else if (members.NameIs("messages"u8))
            {
                JsonElements.Of(_text, value).ForEach(message => InContent(Find(message, "content"u8), 0));
            }
            else if (members.NameIs("_meta"u8))
            {
                InMeta(value);
            }
            else if (isTask && members.NameIs("result"u8))
            {
                InResult(value, mayBeTask: false);
            }
        }
    }

    /// <summary>One content or a list of them.</summary>
    private void InContent(Slice content, int depth)
    {
        if (content.IsMissing || depth == MaxDepth)
        {
            return;
        }

        if (Raw(content)[0] == (byte)'[')
        {
            JsonElements.Of(_text, content).ForEach(element => InContent(element, depth + 1));
            return;
        }

        var type = JsonMembers.FindText(Raw(content), "type"u8);
        var members = new JsonMembers(Raw(content));
        while (members.Next())
        {
            var value = Absolute(content, members.Value);
            if (type == "resource_link" && members.NameIs("uri"u8))
            {
                Uri(value);
            }
            else if (type == "resource" && members.NameIs("resource"u8))
            {
                InResource(value);
            }
            else if (type == "tool_result" && members.NameIs("content"u8))
            {
                InContent(value, depth + 1);
            }
        }
    }

    private void InResource(Slice resource) => Uri(Find(resource, "uri"u8));

    private void InMeta(Slice meta)
    {
        if (meta.IsMissing)
        {
            return;
        }

        var members = new JsonMembers(Raw(meta));
        while (members.Next())
        {
            var value = Absolute(meta, members.Value);
            if (members.NameIs("ui"u8))
            {
                Uri(Find(value, "resourceUri"u8));
            }
            else if (members.NameIs("ui/resourceUri"u8))
            {
                Uri(value);
            }
        }
    }

    private void InError(Slice error)
    {
        var data = Find(error, "data"u8);
        if (!data.IsMissing)
        {
            InResource(data);
        }
    }

    private void Uri(Slice at)
    {
        if (JsonMembers.Text(Raw(at)) is { } uri && _exposed(uri) is { } shown)
        {
            _edits.Add((at, shown));
        }
    }

    private ReadOnlyMemory<byte> Write()
    {
        if (_edits.Count == 0)
        {
            return _text;
        }

        var output = new ArrayBufferWriter<byte>(_text.Length + (_edits.Count * 40));
        var position = 0;
        foreach (var (at, uri) in _edits)
        {
            output.Write(_text.Span[position..at.Start]);
            output.Write(JsonText.Quote(uri));
            position = at.End;
        }

        output.Write(_text.Span[position..]);
        return output.WrittenMemory;
    }

    private ReadOnlySpan<byte> Raw(Slice slice) => slice.Of(_text.Span);

    private Slice Find(Slice json, ReadOnlySpan<byte> name)
    {
        var found = JsonMembers.Find(Raw(json), name);
        return found.IsMissing ? default : Absolute(json, found);
    }

    private static Slice Absolute(Slice outer, Slice inner) => inner with { Start = outer.Start + inner.Start };
}
