using System.Diagnostics;

namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>Waits for the end of processes that are not children of the test, or are ended by somebody else.</summary>
internal static class ProcessEnd
{
    /// <summary>Returns when the process has ended. A killed one goes on for a moment.</summary>
    public static async Task OfAsync(int id, CancellationToken cancellationToken)
    {
        while (IsRunning(id))
        {
            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>One that has ended stays in the list until its parent has heard of it.</summary>
    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited && File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Trim()[0] != 'Z';
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or InvalidOperationException)
        {
            return false;
        }
    }
}
