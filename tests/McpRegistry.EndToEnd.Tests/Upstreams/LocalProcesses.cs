using System.Diagnostics;
using System.Globalization;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>Processes of this machine by what stands on their command line; tests put a text of their own there.</summary>
internal static class LocalProcesses
{
    public static IReadOnlyList<int> With(string marker) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Id).Where(id => id > 0 && CommandLine(id).Contains(marker, StringComparison.Ordinal))];

    public static IReadOnlyList<int> ChildrenOf(int parent) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Id).Where(id => id > 0 && Parent(id) == parent)];

    /// <summary>Waits until none of these processes runs.</summary>
    public static async Task WaitForEndAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 2_400; attempt++)
        {
            if (!ids.Any(id => CommandLine(id).Length > 0))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        throw new TimeoutException($"Waited in vain for the end of the processes {string.Join(", ", ids)}.");
    }

    public static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }

    /// <summary>Waits until no process with the marker is left.</summary>
    public static Task WaitForNoneAsync(string marker, CancellationToken cancellationToken) =>
        WaitAsync(marker, ids => ids.Count == 0, "are gone", cancellationToken);

    public static async Task<IReadOnlyList<int>> WaitAsync(
        string marker, Func<IReadOnlyList<int>, bool> condition, string expected, CancellationToken cancellationToken)
    {
        // The end of somebody else's child gives no signal, so it is looked for, a bounded number of times.
        for (var attempt = 0; attempt < 2_400; attempt++)
        {
            if (With(marker) is var ids && condition(ids))
            {
                return ids;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        throw new TimeoutException($"Waited in vain until the processes of '{marker}' {expected}: {string.Join(", ", With(marker))}");
    }

    /// <summary>The fourth field of the status line; the second one is the name in brackets and may hold anything.</summary>
    private static int Parent(int id)
    {
        var status = Read(id, "stat");
        var fields = status[(status.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;
    }

    private static int Id(string folder) =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    private static string CommandLine(int id) => Read(id, "cmdline");

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
