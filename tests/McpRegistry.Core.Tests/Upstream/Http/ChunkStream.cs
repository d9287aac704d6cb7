namespace McpRegistry.Core.Tests.Upstream.Http;

/// <summary>Gives its chunks one read at a time, then ends; or fails, where a reader must not ask for more than it has.</summary>
internal sealed class ChunkStream(IEnumerable<byte[]> chunks, bool ends = true) : Stream
{
    private readonly Queue<byte[]> _chunks = new(chunks.Where(static chunk => chunk.Length > 0));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_chunks.TryPeek(out var chunk))
        {
            return ends ? new(0) : throw new InvalidOperationException("The reader waits for bytes that it has already.");
        }

        var count = Math.Min(buffer.Length, chunk.Length);
        chunk.AsMemory(0, count).CopyTo(buffer);
        _chunks.Dequeue();
        if (count < chunk.Length)
        {
            var rest = _chunks.ToArray();
            _chunks.Clear();
            _chunks.Enqueue(chunk[count..]);
            Array.ForEach(rest, _chunks.Enqueue);
        }

        return new(count);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
