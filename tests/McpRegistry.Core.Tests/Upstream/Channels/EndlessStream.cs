namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>Gives the same bytes again and again, as fast as they are read.</summary>
internal sealed class EndlessStream(byte[] item) : Stream
{
    private long _given;

    /// <summary>Gets how many bytes were read.</summary>
    public long Given => Interlocked.Read(ref _given);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var span = buffer.Span;
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = item[(_given + i) % item.Length];
        }

        Interlocked.Add(ref _given, span.Length);
        return new(span.Length);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
