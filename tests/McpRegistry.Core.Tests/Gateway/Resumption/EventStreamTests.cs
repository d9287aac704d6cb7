using McpRegistry.Gateway;
using McpRegistry.Gateway.Resumption;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Resumption;

public sealed class EventStreamTests : IDisposable
{
    private readonly BufferSample _sample = new();
    private readonly FakeConnection _first = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task Begin_NewestLegacyRevision_BringsAnIdAndTheTimeToWait()
    {
        var stream = _sample.Open().Create(_first);
        await stream.BeginAsync();
        await BufferSample.SayAsync(stream, "a");

        Assert.Equal(["", "a"], _first.Heard.Select(heard => heard.Data));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.Zero], _first.Retries);
        Assert.Equal(2, _first.Heard.Select(heard => heard.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("2025-03-26")]
    [InlineData("2025-06-18")]
    public async Task Begin_EarlierRevision_SendsNothingThatIsNoMessage(string revision)
    {
        var stream = _sample.Open(revision).Create(_first);
        await stream.BeginAsync();
        await BufferSample.SayAsync(stream, "a");

        Assert.Equal("a", Assert.Single(_first.Heard).Data);
    }

    [Fact]
    public async Task Attach_AfterACut_GetsTheRestOnceAndThenWhatComes()
    {
        var session = _sample.Open();
        var stream = session.Create(_first);
        await BufferSample.SayAsync(stream, "a", "b");
        _first.IsOpen = false;
        await BufferSample.SayAsync(stream, "c");
        var (outcome, second) = await BufferSample.ResumeAsync(session, _first.Heard[1].Id);
        Assert.True(await stream.TryEndAsync(BufferSample.Bytes("d")));

        Assert.Equal(AttachOutcome.Attached, outcome);
        Assert.Equal(["b", "c", "d"], second.Messages);
        Assert.True(stream.Ended.IsCompletedSuccessfully);
        Assert.Equal(AttachOutcome.Over, (await BufferSample.ResumeAsync(session, second.Heard[^1].Id)).Outcome);
    }

    /// <summary>A connection that got nothing must still know from where to go on.</summary>
    [Fact]
    public async Task Attach_NothingMissed_GetsAnIdOfItsOwn()
    {
        var session = _sample.Open();
        var stream = session.Create(_first);
        await stream.BeginAsync();
        var (_, second) = await BufferSample.ResumeAsync(session, _first.Heard[0].Id);
        second.IsOpen = false;
        await BufferSample.SayAsync(stream, "a");
        var (_, third) = await BufferSample.ResumeAsync(session, Assert.Single(second.Heard).Id);

        Assert.NotEqual(_first.Heard[0].Id, second.Heard[0].Id);
        Assert.Equal(["a"], third.Messages);
    }

    [Fact]
    public async Task Attach_AnotherStream_GetsNothingOfIt()
    {
        var session = _sample.Open();
        var other = new FakeConnection();
        var (one, two) = (session.Create(_first), session.Create(other));
        await BufferSample.SayAsync(one, "1a");
        await BufferSample.SayAsync(two, "2a");
        await BufferSample.SayAsync(one, "1b");
        await BufferSample.SayAsync(two, "2b");
        await BufferSample.SayAsync(session.Unasked, "u");

        var (_, back) = await BufferSample.ResumeAsync(session, _first.Heard[0].Id);
        Assert.Equal(["1a", "1b"], back.Messages);
        Assert.Empty(_first.Heard.Select(heard => heard.Id).Intersect(other.Heard.Select(heard => heard.Id)));
    }

    [Fact]
    public async Task Attach_WriterStuckAtTheOneBefore_TakesOver()
    {
        var session = _sample.Open();
        var stream = session.Create(_first);
        await BufferSample.SayAsync(stream, "a");
        _first.IsStuck = true;
        var saying = BufferSample.SayAsync(stream, "b");
        await _first.Writing.Task;
        var (_, second) = await BufferSample.ResumeAsync(session, _first.Heard[1].Id);
        await saying;
        await BufferSample.SayAsync(stream, "c");

        Assert.Equal(["a"], _first.Messages);
        Assert.Equal(["b", "c"], second.Messages);
    }

    [Fact]
    public async Task End_NothingSaid_NeedsNoStream()
    {
        var stream = _sample.Open().Create(_first);

        Assert.False(await stream.TryEndAsync(BufferSample.Bytes("a")));
        await BufferSample.SayAsync(stream, "b");

        Assert.Empty(_first.Heard);
        Assert.Equal(0, _sample.Buffer.Count);
    }

    /// <summary>It has no number of its own; the stream that belongs to no request must not go with it.</summary>
    [Fact]
    public async Task End_NothingSaid_LeavesTheUnaskedStream()
    {
        var session = _sample.Open();
        await session.Unasked.AttachAsync(_first, null, CancellationToken.None);
        await session.Create(new FakeConnection()).TryEndAsync(BufferSample.Bytes("a"));
        await session.Create(new FakeConnection()).EndAsync();
        await BufferSample.SayAsync(session.Unasked, "b");

        var (outcome, back) = await BufferSample.ResumeAsync(session, _first.Heard[0].Id);
        Assert.Equal(AttachOutcome.Attached, outcome);
        Assert.Equal(["b"], back.Messages);
    }

    [Fact]
    public async Task End_WithoutAnAnswer_TellsThatItIsOver()
    {
        var session = _sample.Open();
        var stream = session.Create(_first);
        await stream.BeginAsync();
        await stream.EndAsync();

        Assert.Equal(AttachOutcome.Over, (await BufferSample.ResumeAsync(session, _first.Heard[0].Id)).Outcome);
    }

    /// <summary>Without an id the client can never come back, so nobody should wait for it.</summary>
    [Fact]
    public async Task Send_ClientGoneBeforeItKnewAnId_KeepsNothing()
    {
        var stream = _sample.Open().Create(_first);
        _first.IsOpen = false;
        await stream.BeginAsync();
        await BufferSample.SayAsync(stream, "a");

        Assert.False(stream.IsOpen);
        Assert.False(await stream.TryEndAsync(BufferSample.Bytes("b")));
        Assert.Equal(0, _sample.Buffer.Count);
    }

    /// <summary>Nobody may wait for the answer to a question that the client can never get.</summary>
    [Fact]
    public async Task TrySend_ClientIsAwayAndItIsTooLargeToKeep_TellsThatTheClientDoesNotGetIt()
    {
        using var sample = new BufferSample(new EventBufferOptions { MaxBytesPerSession = 1024 });
        var stream = sample.Open().Create(_first);
        await stream.BeginAsync();
        Assert.True(await AskAsync(2000));
        _first.IsOpen = false;
        Assert.True(await AskAsync(100));
        Assert.False(await AskAsync(2000));
        await stream.EndAsync();
        Assert.False(await AskAsync(100));

        ValueTask<bool> AskAsync(int length) =>
            ((IAnswerStream)stream).TrySendAsync(BufferSample.Bytes(new string('q', length)), CancellationToken.None);
    }

    [Fact]
    public async Task IsOpen_ClientThatCanComeBack_StaysTrueUntilTheEnd()
    {
        var stream = _sample.Open().Create(_first);
        await stream.BeginAsync();
        _first.IsOpen = false;
        await BufferSample.SayAsync(stream, "a");
        Assert.True(stream.IsOpen);
        await stream.EndAsync();
        Assert.False(stream.IsOpen);
    }

    /// <summary>A client that knows no id, as after a restart of its own, still gets what could not be written.</summary>
    [Fact]
    public async Task Attach_UnaskedWithoutAnId_GetsWhatNobodyGot()
    {
        var session = _sample.Open("2025-03-26");
        await session.Unasked.AttachAsync(_first, null, CancellationToken.None);
        await BufferSample.SayAsync(session.Unasked, "a");
        _first.IsOpen = false;
        await BufferSample.SayAsync(session.Unasked, "b");
        var second = new FakeConnection();
        Assert.Equal(AttachOutcome.Attached, await session.Unasked.AttachAsync(second, null, CancellationToken.None));

        Assert.True(_first.HasStarted);
        Assert.Equal(["b"], second.Messages);
    }
}
