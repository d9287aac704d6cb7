using System.Globalization;
using System.Text;

namespace McpRegistry.ResilienceDrill;

/// <summary>The calls that an endpoint ran, in a file that outlives a kill. Processes of one machine share the clock of the timestamps.</summary>
internal sealed class ExecutionLog : IDisposable
{
    private readonly FileStream _file;
    private readonly Lock _lock = new();

    private ExecutionLog(FileStream file) => _file = file;

    /// <summary>Opens a log to append to it, without a buffer that would be lost.</summary>
    public static ExecutionLog Open(string path) => new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));

    /// <summary>Notes a call that is about to run.</summary>
    public void Add(string call)
    {
        lock (_lock)
        {
            _file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetTimestamp()} {call}\n")));
        }
    }

    /// <summary>Reads what has been noted.</summary>
    public static IReadOnlyList<(long At, string Call)> Read(string path) =>
    [
        .. File.ReadLines(path).Select(static line =>
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            return (long.Parse(line.AsSpan(0, space), CultureInfo.InvariantCulture), line[(space + 1)..]);
        }),
    ];

    public void Dispose() => _file.Dispose();
}
