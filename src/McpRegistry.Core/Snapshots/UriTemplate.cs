using System.Text;
using System.Text.RegularExpressions;

namespace McpRegistry.Snapshots;

/// <summary>Matches URIs against an RFC 6570 template. Only "could this be an expansion" is asked, so values are not read.</summary>
internal sealed class UriTemplate
{
    private const int MaxLength = 512;

    private readonly Regex _pattern;

    private UriTemplate(Regex pattern)
    {
        _pattern = pattern;
    }

    public bool Matches(string uri) => _pattern.IsMatch(uri);

    /// <summary>Parses a template; null when its braces do not pair or it is overlong, since it then matches nothing.</summary>
    public static UriTemplate? Parse(string template)
    {
        if (template.Length > MaxLength)
        {
            return null;
        }

        var pattern = new StringBuilder("^");
        var position = 0;
        while (position < template.Length)
        {
            var open = template.IndexOf('{', position);
            if (open < 0)
            {
                break;
            }

            var close = template.IndexOf('}', open);
            if (close < open + 2)
            {
                return null;
            }

            pattern.Append(Regex.Escape(template[position..open])).Append(Expression(template[open + 1]));
            position = close + 1;
        }

        pattern.Append(Regex.Escape(template[position..])).Append("\\z");

        // Templates come from servers: the engine must not be led into backtracking.
        return new UriTemplate(new Regex(pattern.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
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
