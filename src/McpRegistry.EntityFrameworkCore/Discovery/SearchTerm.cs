using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>
/// A condition that a server meets by having a row with one value. Each such table has an index over the value, the tenant
/// and the server, so that the servers can be found from the value as well as checked for it.
/// </summary>
/// <param name="Table">The table, which belongs to servers.</param>
/// <param name="Column">The column with the value.</param>
/// <param name="Value">The value, as the column keeps it.</param>
/// <param name="Key">The table and the value as a text, by which counts are remembered.</param>
internal sealed record SearchTerm(string Table, string Column, object Value, string Key)
{
    public static SearchTerm[] Of(ServerQuery query) =>
    [
        .. query.Tools.Distinct(StringComparer.Ordinal).Select(name => OfHash("server_tools", name)),
        .. query.Prompts.Distinct(StringComparer.Ordinal).Select(name => OfHash("server_prompts", name)),
        .. query.Tags.Distinct(StringComparer.Ordinal).Select(OfTag),
    ];

    private static SearchTerm OfHash(string table, string name)
    {
        var hash = TextHash.Of(name);
        return new SearchTerm(table, "key_hash", hash, table + ' ' + Convert.ToBase64String(hash));
    }

    private static SearchTerm OfTag(string tag)
    {
        var value = StoredText.Encode(tag);
        return new SearchTerm("server_tags", "tag", value, "server_tags " + value);
    }
}
