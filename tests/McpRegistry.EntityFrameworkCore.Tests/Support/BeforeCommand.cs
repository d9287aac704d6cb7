using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>Does something to the commands of one flow of calls, or to their connections, right before each is sent.</summary>
internal sealed class BeforeCommand : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private static readonly AsyncLocal<Action<DbCommand>?> Current = new();
    private static readonly Lazy<IDisposable> Subscription = new(() => DiagnosticListener.AllListeners.Subscribe(new BeforeCommand()));

    /// <summary>Begins to listen; to be called before a host is made, for contexts that found no listener do not look again for a second.</summary>
    public static void Listen() => _ = Subscription.Value;

    /// <summary>Runs what sends the commands. What <paramref name="before"/> throws is thrown where the command would have been sent.</summary>
    public static async Task<T> DoAsync<T>(Action<DbCommand> before, Func<Task<T>> action)
    {
        Current.Value = before;
        return await action();
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.EntityFrameworkCore")
        {
            value.Subscribe(this, name => name == RelationalEventId.CommandExecuting.Name);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is CommandEventData { Command: var command })
        {
            Current.Value?.Invoke(command);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
