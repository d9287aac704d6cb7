using Microsoft.Extensions.Options;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>Finds what the ranges of single options cannot tell.</summary>
internal sealed class PostgreSqlConnectionOptionsValidator : IValidateOptions<PostgreSqlConnectionOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgreSqlConnectionOptions options)
    {
        var faults = new List<string>();
        if (options.Scaling.MinSize > options.Scaling.MaxSize)
        {
            faults.Add("Scaling.MinSize must not be greater than Scaling.MaxSize.");
        }

        if (options.Scaling.LowUtilisation >= Math.Min(options.Scaling.HighUtilisation, options.Scaling.HighAverage))
        {
            faults.Add("Scaling.LowUtilisation must be less than Scaling.HighUtilisation and Scaling.HighAverage.");
        }

        if (options.Scaling.Window < options.Scaling.SampleInterval)
        {
            faults.Add("Scaling.Window must not be shorter than Scaling.SampleInterval.");
        }

        if (options is { Shared: not null, AnalyticsConnectionString: not null })
        {
            faults.Add("AnalyticsConnectionString needs a pool of its own: leave it or Shared out.");
        }

        if (options.AnalyticsConnectionString is { } text && !IsConnectionString(text))
        {
            // The text is not repeated: it may hold a password.
            faults.Add("AnalyticsConnectionString is not a connection string with a Host.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            return false;
        }
    }
}
