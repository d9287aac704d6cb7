using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace McpRegistry.TestSupport.Processes;

/// <summary>The lines of a program, kept for the report of a failing test and searched for its ready line.</summary>
internal sealed class ProcessOutput
{
    private readonly Lock _lock = new();
    private readonly List<(string Line, bool IsError)> _lines = [];
    private readonly Channel<int> _arrivals = Channel.CreateUnbounded<int>();
    private int _openStreams = 2;

    public string Text(bool isError)
    {
        lock (_lock)
        {
            return string.Join('\n', _lines.Where(line => line.IsError == isError).Select(line => line.Line));
        }
    }

    /// <summary>Takes a line; null is the end of one of the two streams.</summary>
    public void Add(string? line, bool isError)
    {
        if (line is null)
        {
            if (Interlocked.Decrement(ref _openStreams) == 0)
            {
                _arrivals.Writer.TryComplete();
            }

            return;
        }

        lock (_lock)
        {
            _lines.Add((line, isError));
        }

        _arrivals.Writer.TryWrite(0);
    }

    public async Task<Match> WaitForLineAsync(Regex pattern, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            do
            {
                if (Find(pattern) is { } match)
                {
                    return match;
                }
            }
            while (await _arrivals.Reader.WaitToReadAsync(timeout.Token) && _arrivals.Reader.TryRead(out _));
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No line matched '{pattern}' within {limit.TotalSeconds} s.\n{Report()}", error);
        }

        return Find(pattern) ?? throw new InvalidOperationException($"The program ended before a line matched '{pattern}'.\n{Report()}");
    }

    private Match? Find(Regex pattern)
    {
        lock (_lock)
        {
            return _lines.Select(line => pattern.Match(line.Line)).FirstOrDefault(match => match.Success);
        }
    }

    private string Report() => $"--- output\n{Text(isError: false)}\n--- errors\n{Text(isError: true)}";
}
