using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>Records the commands that EF Core sends in one flow of calls, with their parameters.</summary>
internal sealed class SentCommands : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private static readonly AsyncLocal<List<SentCommand>?> Current = new();
    private static readonly Lazy<IDisposable> Subscription = new(() => DiagnosticListener.AllListeners.Subscribe(new SentCommands()));

    /// <summary>Begins to listen. A logger that found no listener does not look again for a second.</summary>
    public static void Listen() => _ = Subscription.Value;

    public static async Task<IReadOnlyList<SentCommand>> OfAsync(Func<Task> action)
    {
        var sent = new List<SentCommand>();
        Current.Value = sent;
        await action();
        Current.Value = null;
        return sent;
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory)
        {
            value.Subscribe(this, name => name == RelationalEventId.CommandExecuting.Name);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (Current.Value is { } sent && value.Value is CommandEventData { Command: var command })
        {
            sent.Add(new SentCommand(command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(x => (x.ParameterName, x.Value))]));
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private const string DbLoggerCategory = "Microsoft.EntityFrameworkCore";
}

internal sealed record SentCommand(string Text, IReadOnlyList<(string Name, object? Value)> Parameters)
{
    /// <summary>Sends it once more behind some other words, and reads one column of the answer.</summary>
    public async Task<IReadOnlyList<string>> SendAsync(DbConnection connection, string prefix, int column, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = prefix + Text;
        foreach (var (name, value) in Parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            lines.Add(reader.GetString(column));
        }

        return lines;
    }
}
