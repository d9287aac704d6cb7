using System.Text;
using System.Text.Json;

namespace McpRegistry.ProtocolFuzz.Grammar;

/// <summary>JSON that can be made wrong: names may repeat, and a value is any text.</summary>
internal sealed class Tree
{
    private Tree(string? text, char opening, IEnumerable<Tree> items)
    {
        Text = text;
        Opening = opening;
        Items = [.. items];
    }

    /// <summary>Gets or sets the name of a member as raw JSON; null for what is no member.</summary>
    public string? Name { get; set; }

    /// <summary>Gets or sets the raw text of a leaf; null for an object or array.</summary>
    public string? Text { get; set; }

    /// <summary>Gets or sets the bracket with which an object or array begins.</summary>
    public char Opening { get; set; }

    public List<Tree> Items { get; }

    public static Tree Leaf(string text, string? name = null) => new(text, default, []) { Name = name };

    /// <summary>Reads good JSON.</summary>
    public static Tree Parse(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1000 });
        return Of(document.RootElement, null);
    }

    /// <summary>Lists this value and all below it.</summary>
    public IEnumerable<Tree> All() => Items.SelectMany(static item => item.All()).Prepend(this);

    public Tree Copy() => new(Text, Opening, Items.Select(static item => item.Copy())) { Name = Name };

    /// <summary>Takes over the value of another.</summary>
    public void Become(Tree other)
    {
        Text = other.Text;
        Opening = other.Opening;
        Tree[] items = [.. other.Items];
        Items.Clear();
        Items.AddRange(items);
    }

    public string Write()
    {
        var output = new StringBuilder();
        Write(output);
        return output.ToString();
    }

    private static Tree Of(JsonElement element, string? name) => element.ValueKind switch
    {
        JsonValueKind.Object => new Tree(null, '{', element.EnumerateObject().Select(member => Of(member.Value, JsonSerializer.Serialize(member.Name)))) { Name = name },
        JsonValueKind.Array => new Tree(null, '[', element.EnumerateArray().Select(item => Of(item, null))) { Name = name },
        _ => Leaf(element.GetRawText(), name),
    };

    private void Write(StringBuilder output)
    {
        if (Text is not null)
        {
            output.Append(Text);
            return;
        }

        output.Append(Opening);
        var separator = "";
        foreach (var item in Items)
        {
            output.Append(separator);
            if (Opening == '{')
            {
                output.Append(item.Name ?? "\"unnamed\"").Append(':');
            }

            item.Write(output);
            separator = ",";
        }

        output.Append(Opening == '{' ? '}' : ']');
    }
}
