using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace McpRegistry.Configuration;

/// <summary>
/// Bounds a span of time, both ends included. The range attribute of the framework reads bounds of this type with its first check, in steps between which a second
/// thread finds half of them: two hosts of one process that start at once, as in tests of who uses this, could fail for it.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeRangeAttribute : ValidationAttribute
{
    private readonly TimeSpan _least;
    private readonly TimeSpan _most;

    public TimeRangeAttribute(string minimum, string maximum)
    {
        (Minimum, Maximum) = (minimum, maximum);
        _least = TimeSpan.Parse(minimum, CultureInfo.InvariantCulture);
        _most = TimeSpan.Parse(maximum, CultureInfo.InvariantCulture);
    }

    public string Minimum { get; }

    public string Maximum { get; }

    public override bool IsValid(object? value) => value is not TimeSpan span || (span >= _least && span <= _most);

    public override string FormatErrorMessage(string name) => $"The field {name} must be between {Minimum} and {Maximum}.";
}
