using McpRegistry.Gateway.Resumption;
using McpRegistry.Telemetry;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Resumption;

public sealed class EventBufferTests
{
    [Fact]
    public void Open_NotEnabled_KeepsNothing()
    {
        using var meter = new RegistryMeter();
        using var buffer = new EventBuffer(Options.Create(new EventBufferOptions()), new EventInstruments(meter), TimeProvider.System);
        Assert.Null(buffer.Open("2025-11-25"));
    }

    [Fact]
    public async Task Keep_MoreEventsThanASessionMayHave_TellsThatTheOldestAreLost()
    {
        using var sample = new BufferSample(new EventBufferOptions { MaxEventsPerSession = 2 });
        var (session, other, connection) = (sample.Open(), sample.Open(), new FakeConnection());
        await BufferSample.SayAsync(other.Create(new FakeConnection()), "other");
        var stream = session.Create(connection);
        await BufferSample.SayAsync(stream, "a", "b", "c");

        Assert.Equal(["a", "b", "c"], connection.Messages);
        Assert.Equal(3, sample.Buffer.Count);
        Assert.Equal(AttachOutcome.Lost, (await BufferSample.ResumeAsync(session, connection.Heard[0].Id)).Outcome);
        Assert.True(connection.IsOpen);
        var (outcome, back) = await BufferSample.ResumeAsync(session, connection.Heard[1].Id);
        Assert.Equal(AttachOutcome.Attached, outcome);
        Assert.Equal(["b", "c"], back.Messages);
    }

    [Theory]
    [InlineData(2000, 1_000_000)]
    [InlineData(1_000_000, 2000)]
    public async Task Keep_MoreBytesThanAllowed_MakesRoom(long ofSession, long ofAll)
    {
        using var sample = new BufferSample(new EventBufferOptions { MaxBytesPerSession = ofSession, MaxBytes = ofAll });
        var session = sample.Open();
        var connection = new FakeConnection();
        var stream = session.Create(connection);
        for (var i = 0; i < 20; i++)
        {
            await BufferSample.SayAsync(stream, new string('x', 500));
            Assert.InRange(sample.Buffer.Bytes, 500, 2000);
        }

        Assert.Equal(3, sample.Buffer.Count);
    }

    [Fact]
    public async Task Keep_AllSessionsTogether_TheOldestOfAllMakesRoom()
    {
        using var sample = new BufferSample(new EventBufferOptions { MaxBytes = 2000 });
        var (old, young) = (sample.Open(), sample.Open());
        var (first, second) = (new FakeConnection(), new FakeConnection());
        await BufferSample.SayAsync(old.Create(first), new string('x', 500));
        await BufferSample.SayAsync(young.Create(second), new string('y', 500), new string('z', 500), new string('z', 500));

        Assert.Equal(AttachOutcome.Lost, (await BufferSample.ResumeAsync(old, first.Heard[0].Id)).Outcome);
        Assert.Equal(3, (await BufferSample.ResumeAsync(young, second.Heard[0].Id)).Connection.Messages.Count());
    }

    [Fact]
    public async Task Keep_EventLargerThanEverything_IsSentAndNotKept()
    {
        using var sample = new BufferSample(new EventBufferOptions { MaxBytesPerSession = 1024 });
        var session = sample.Open();
        var connection = new FakeConnection();
        var stream = session.Create(connection);
        await stream.BeginAsync();
        await BufferSample.SayAsync(stream, new string('x', 5000));

        Assert.Equal(5000, Assert.Single(connection.Messages).Length);
        Assert.Equal((0L, 0), (sample.Buffer.Bytes, sample.Buffer.Count));
        Assert.Equal(AttachOutcome.Lost, (await BufferSample.ResumeAsync(session, connection.Heard[0].Id)).Outcome);
    }

    [Fact]
    public async Task Age_OverTheLimit_IsForgottenWithoutACall()
    {
        using var sample = new BufferSample();
        var session = sample.Open();
        var connection = new FakeConnection();
        var stream = session.Create(connection);
        await BufferSample.SayAsync(stream, "a");
        await stream.TryEndAsync(BufferSample.Bytes("b"));
        sample.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(2, sample.Buffer.Count);
        sample.Clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal((0L, 0), (sample.Buffer.Bytes, sample.Buffer.Count));
        Assert.Equal(AttachOutcome.Lost, (await BufferSample.ResumeAsync(session, connection.Heard[0].Id)).Outcome);
    }

    [Fact]
    public async Task Close_SessionHasEnded_FreesItsEventsAndTakesNoMore()
    {
        using var sample = new BufferSample();
        var (session, other) = (sample.Open(), sample.Open());
        var stream = session.Create(new FakeConnection());
        await BufferSample.SayAsync(stream, "a", "b");
        await BufferSample.SayAsync(other.Create(new FakeConnection()), "c");
        session.Close();
        await BufferSample.SayAsync(stream, "d");

        Assert.Equal(1, sample.Buffer.Count);
    }

    [Fact]
    public async Task TryFind_IdsThatTheSessionNeverGave_AreNotFound()
    {
        using var sample = new BufferSample();
        var (session, other) = (sample.Open(), sample.Open());
        var (connection, foreign) = (new FakeConnection(), new FakeConnection());
        await BufferSample.SayAsync(session.Create(connection), "a");
        await BufferSample.SayAsync(other.Create(foreign), "b");

        Assert.True(session.TryFind(connection.Heard[1].Id, out _, out _));
        foreach (var id in new[]
        {
            foreign.Heard[1].Id, $"{session.Tag}-1-3", $"{session.Tag}-2-1", $"{session.Tag}-0-1", $"{session.Tag}-1--1", $"{session.Tag}-1-1-1", $"{session.Tag}-1- 1",
            $"{session.Tag}-99999999999-1", $"{session.Tag}-1-99999999999999999999", session.Tag, "1-1", "--", "", "\0",
        })
        {
            Assert.False(session.TryFind(id, out _, out _), id);
        }
    }
}
