using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Threading.Channels;
using McpRegistry.Discovery;
using McpRegistry.Telemetry;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>
/// Messages as lines, in both directions (2025-11-25 and 2026-07-28, stdio). Nothing is held beyond the limit: neither a line
/// without end nor messages that nobody reads.
/// </summary>
internal sealed class LineTransport : ITransport
{
    private static readonly UpstreamFault Ended = new(FaultReasons.ProcessExited, "The server ended the connection.", MayHaveRun: true);

    [SuppressMessage("Usage", "CA2213", Justification = "It is the process's, which is asked to end by closing it.")]
    private readonly Stream _input;
    private readonly PipeReader _output;
    private readonly int _maxBytes;
    private readonly MessageIntake _received;
    private readonly WriteTurns _turns = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly CancellationToken _closing;
    private bool _isDisposed;

    /// <summary>How much of the unfinished line was searched already; a line of many reads is searched once.</summary>
    private long _searched;

    /// <param name="input">What the server reads; it stays open.</param>
    /// <param name="output">What the server writes.</param>
    /// <param name="maxBytes">The largest message, and the bound of those that wait to be read.</param>
    /// <param name="tellOfOddity">Is told once of a line that is no message.</param>
    public LineTransport(Stream input, Stream output, int maxBytes, Action tellOfOddity)
    {
        _input = input;
        _output = PipeReader.Create(output);
        _maxBytes = maxBytes;
        _received = new MessageIntake(maxBytes, tellOfOddity);
        _closing = _disposed.Token;
        Completion = Detached.Run(ReadAsync);
    }

    public string? SessionId => null;

    public ChannelReader<JsonRpcMessage> MessageReader => _received.Messages;

    /// <summary>Gets what ends when the server is not read any more.</summary>
    public Task Completion { get; }

    public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        var line = LineOf(JsonRpcText.Write(message).Span);
        return _turns.WriteAsync(() => WriteAsync(line), cancellationToken);
    }

    /// <summary>Ends the lines. Further calls wait for that.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            await Completion.ConfigureAwait(false);
            return;
        }

        await _disposed.CancelAsync().ConfigureAwait(false);
        await Completion.ConfigureAwait(false);
        _disposed.Dispose();
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> line)
    {
        await _input.WriteAsync(line, CancellationToken.None).ConfigureAwait(false);
        await _input.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>A line break within JSON is white space, for inside a string it is escaped.</summary>
    private static byte[] LineOf(ReadOnlySpan<byte> json)
    {
        var line = new byte[json.Length + 1];
        json.CopyTo(line);
        var text = line.AsSpan(0, json.Length);
        text.Replace((byte)'\n', (byte)' ');
        text.Replace((byte)'\r', (byte)' ');
        line[^1] = (byte)'\n';
        return line;
    }

    private async Task ReadAsync()
    {
        await _received.FillAsync(ReadLinesAsync, Ended).ConfigureAwait(false);
        await _output.CompleteAsync().ConfigureAwait(false);
    }

    private async ValueTask ReadLinesAsync()
    {
        for (var isFirst = true; ;)
        {
            var result = await _output.ReadAsync(_closing).ConfigureAwait(false);
            var buffer = result.Buffer;
            while (TryReadLine(ref buffer, result.IsCompleted, out var line))
            {
                if (line.Length > _maxBytes)
                {
                    throw TooLarge();
                }

                var text = line.IsSingleSegment ? line.First : line.ToArray();
                await TakeAsync(isFirst ? WithoutMark(text) : text).ConfigureAwait(false);
                isFirst = false;
            }

            if (buffer.Length > _maxBytes)
            {
                throw TooLarge();
            }

            _output.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private ValueTask TakeAsync(ReadOnlyMemory<byte> line) =>
        line.Span.Trim(" \t\r"u8).IsEmpty ? ValueTask.CompletedTask : _received.TakeAsync(line, _closing);

    /// <summary>Some programs begin their output with a byte order mark.</summary>
    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> line) => line.Span.StartsWith("\uFEFF"u8) ? line[3..] : line;

    /// <summary>Cuts the next line off; at the end also one that is not ended.</summary>
    private bool TryReadLine(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        var reader = new SequenceReader<byte>(buffer.Slice(_searched));
        if (reader.TryAdvanceTo((byte)'\n', advancePastDelimiter: false))
        {
            line = buffer.Slice(buffer.Start, reader.Position);
            buffer = buffer.Slice(buffer.GetPosition(1, reader.Position));
            _searched = 0;
            return true;
        }

        line = buffer;
        _searched = buffer.Length;
        if (!isLast || buffer.IsEmpty)
        {
            return false;
        }

        (buffer, _searched) = (buffer.Slice(buffer.End), 0);
        return true;
    }

    private InvalidDataException TooLarge() => new($"A message of the server exceeds {_maxBytes} bytes; its connection was closed.");
}
