using System.Globalization;
using System.Text;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>A statement in the making: text of ours, and values that only ever become parameters.</summary>
internal sealed class SqlText
{
    private readonly StringBuilder _text = new();
    private readonly List<object> _values = [];

    /// <summary>Gets the parameters, in the order of their numbers.</summary>
    public object[] Values => [.. _values];

    /// <summary>Adds text, which must be known when this is compiled.</summary>
    public SqlText Add(string sql)
    {
        _text.Append(sql);
        return this;
    }

    /// <summary>Adds a value. One that is there already keeps its number.</summary>
    public SqlText AddValue(object value)
    {
        var number = _values.IndexOf(value);
        if (number < 0)
        {
            number = _values.Count;
            _values.Add(value);
        }

        _text.Append(CultureInfo.InvariantCulture, $"{{{number}}}");
        return this;
    }

    public override string ToString() => _text.ToString();
}
