using System.Diagnostics;

namespace McpRegistry.AspNetCore.Tests.Principals;

/// <summary>A question to a store that is never answered.</summary>
internal sealed class Hang
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the task that ends when somebody has asked.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Gets the task that ends when the question was withdrawn.</summary>
    public Task Cancelled => _cancelled.Task;

    public async ValueTask<T> AskAsync<T>(CancellationToken cancellationToken)
    {
        _asked.TrySetResult();
        try
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _cancelled.TrySetResult();
            throw;
        }

        throw new UnreachableException();
    }
}
