using System.Text;
using System.Text.RegularExpressions;

namespace McpRegistry.Snapshots;

/// <summary>Matches URIs against an RFC 6570 template. Only "could this be an expansion" is asked, so values are not read.</summary>
internal sealed class UriTemplate
{
    private const int MaxLength = 512;

    private readonly string _template;
    private Regex? _pattern;

    private UriTemplate(string template)
    {
        _template = template;
        var open = template.IndexOf('{', StringComparison.Ordinal);
        Prefix = open < 0 ? template : template[..open];
    }

    /// <summary>Gets the text before the first variable, with which each expansion begins.</summary>
    public string Prefix { get; }

    /// <summary>Building a pattern costs far more than a template; of nearly all templates of a large server nobody ever asks.</summary>
    public bool Matches(string uri) => (_pattern ??= Build()).IsMatch(uri);

    /// <summary>Parses a template; null when its braces do not pair or it is overlong, since it then matches nothing.</summary>
    public static UriTemplate? Parse(string template) => template.Length <= MaxLength && IsPaired(template) ? new UriTemplate(template) : null;

    private static bool IsPaired(string template)
    {
        for (var open = template.IndexOf('{', StringComparison.Ordinal); open >= 0;)
        {
            var close = template.IndexOf('}', open);
            if (close < open + 2)
            {
                return false;
            }

            open = template.IndexOf('{', close);
        }

        return true;
    }

    private Regex Build()
    {
        var pattern = new StringBuilder("^");
        var position = 0;
        for (var open = _template.IndexOf('{', StringComparison.Ordinal); open >= 0; open = _template.IndexOf('{', position))
        {
            pattern.Append(Regex.Escape(_template[position..open])).Append(Expression(_template[open + 1]));
            position = _template.IndexOf('}', open) + 1;
        }

        pattern.Append(Regex.Escape(_template[position..])).Append("\\z");

        // Templates come from servers: the engine must not be led into backtracking.
        return new Regex(pattern.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <summary>What an expression can expand to, by its operator (RFC 6570, section 3.2).</summary>
    private static string Expression(char first) => first switch
    {
        '+' => ".*",
        '#' => "(#.*)?",
        '?' => "(\\?.*)?",
        '&' => "(&.*)?",
        '/' => "(/[^?#]*)?",
        '.' => "(\\.[^/?#]*)?",
        ';' => "(;[^/?#]*)?",
        _ => "[^/?#]*",
    };
}
