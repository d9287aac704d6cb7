using System.Text;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Upstream.Http;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Http;

public sealed class SseReaderTests
{
    [Theory]
    [InlineData("data: a\n\n", "a")]
    [InlineData("data:a\r\n\r\n", "a")]
    [InlineData("data: a\r\r", "a")]
    [InlineData("data:  a\n\n", " a")]
    [InlineData(": comment\n\nid: 7\nevent: message\nretry: 10\ndata: a\n\n", "a")]
    [InlineData("data: a\ndata:b\ndata: c\n\ndata: d\n\n", "a\nb\nc|d")]
    [InlineData("data: a\r\n\ndata: b\r\rdata: c\n\r\n", "a|b|c")]
    [InlineData("\n\n\ndata: a\n\n\n\ndata: b\n\n", "a|b")]
    [InlineData("data:\n\ndata: a\n\n", "a")]
    [InlineData("data\n\ndatax: b\n\nDATA: c\n\n data: d\n\n", "")]
    [InlineData("data: a\n\ndata: cut", "a")]
    [InlineData("data: a\n\ndata: cut\n", "a")]
    [InlineData("", "")]
    [InlineData("data: é😀\n\n", "é😀")]
    public async Task ReadAsync_Stream_GivesTheDataOfItsEvents(string stream, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);

        Assert.Equal(expected, await ReadAllAsync([bytes]));
        Assert.Equal(expected, await ReadAllAsync([.. bytes.Select(static one => new[] { one })]));
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            Assert.Equal(expected, await ReadAllAsync([bytes[..cut], bytes[cut..]]));
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task ReadAsync_CompleteEvents_AreGivenWithoutAskingForMore(string end)
    {
        var reader = new SseReader(new ChunkStream([Encoding.UTF8.GetBytes($"data: a{end}{end}data: b{end}{end}")], ends: false), 100);

        Assert.Equal("a", Message.Text((await reader.ReadAsync(CancellationToken.None))!.Value));
        Assert.Equal("b", Message.Text((await reader.ReadAsync(CancellationToken.None))!.Value));
    }

    [Fact]
    public async Task ReadAsync_NamedEvents_HaveTheirOwnNamesOnly()
    {
        const string Stream = "event: ping\ndata: a\n\ndata: b\n\nevent: message\ndata: c\n\nevent: empty\n\ndata: d\n\nevent:endpoint\r\ndata: e\r\n\r\nevent: x\nevent:\ndata: f\n\n";
        var names = new List<string?>();
        var reader = new SseReader(new ChunkStream([Encoding.UTF8.GetBytes(Stream)]), 1000);
        while (await reader.ReadAsync(CancellationToken.None) is not null)
        {
            names.Add(reader.Name);
        }

        Assert.Equal(["ping", null, null, null, "endpoint", null], names);
    }

    [Theory]
    [InlineData("data: ")]
    [InlineData(": ")]
    [InlineData("")]
    public async Task ReadAsync_LineOverTheLimit_IsRefusedBeforeItEnds(string start)
    {
        var chunks = Enumerable.Repeat(new byte[1000], 1_000_000).Prepend(Encoding.UTF8.GetBytes(start));
        var reader = new SseReader(new ChunkStream(chunks.Take(50), ends: false), 10_000);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task ReadAsync_ManyLinesOverTheLimit_AreRefused()
    {
        var reader = new SseReader(new ChunkStream(Enumerable.Repeat(Encoding.UTF8.GetBytes("data: 0123456789\n"), 10_000), ends: false), 10_000);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task ReadAsync_EventInManyPieces_IsWhole()
    {
        var text = new string('x', 300_000);
        var chunks = Encoding.UTF8.GetBytes($"data: {text}\n\n").Chunk(777);

        Assert.Equal(text, await ReadAllAsync([.. chunks], 1_000_000));
    }

    private static async Task<string> ReadAllAsync(byte[][] chunks, int limit = 1000)
    {
        var events = new List<string>();
        var reader = new SseReader(new ChunkStream(chunks), limit);
        await using (reader)
        {
            while (await reader.ReadAsync(CancellationToken.None) is { } data)
            {
                events.Add(Message.Text(data));
            }
        }

        return string.Join('|', events);
    }
}
