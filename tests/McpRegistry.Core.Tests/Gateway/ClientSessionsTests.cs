using McpRegistry.Gateway;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway;

public sealed class ClientSessionsTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ClientSessions _sessions;

    public ClientSessionsTests() =>
        _sessions = new ClientSessions(Options.Create(new GatewayOptions { MaxSessions = 3, SessionIdleTimeout = TimeSpan.FromMinutes(20) }), _clock);

    public void Dispose() => _sessions.Dispose();

    [Fact]
    public void Find_Session_IsBoundToItsEndpoint()
    {
        var session = _sessions.Open("p", "a", "2025-06-18", ClientProfile.Plain)!;

        Assert.Same(session, _sessions.Find(session.Id, "a"));
        Assert.Null(_sessions.Find(session.Id, null));
        Assert.Null(_sessions.Find(session.Id, "b"));
        Assert.Null(_sessions.Find("", "a"));
        Assert.Matches("^[A-Za-z0-9_-]{32}$", session.Id);
    }

    [Fact]
    public void Open_NamedInstance_IsInTheId()
    {
        using var sessions = new ClientSessions(Options.Create(new GatewayOptions { InstanceName = "east-1" }), _clock);
        Assert.Matches("^east-1\\.[A-Za-z0-9_-]{32}$", sessions.Open("p", null, "2025-06-18", ClientProfile.Plain)!.Id);
    }

    [Fact]
    public void Sweep_IdleSession_EndsAndUsedOrBusyOnesStay()
    {
        var (idle, used, busy) = (Open(), Open(), Open());
        busy.Begin("1");
        for (var minutes = 0; minutes < 30; minutes += 5)
        {
            _clock.Advance(TimeSpan.FromMinutes(5));
            Assert.NotNull(_sessions.Find(used.Id, null));
        }

        Assert.Equal(2, _sessions.Count);
        Assert.Null(_sessions.Find(idle.Id, null));
        busy.End("1");
        _clock.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal(0, _sessions.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sweep_LongUse_CountsIdleTimeFromItsEnd(bool isStream)
    {
        var session = Open();
        var stream = isStream ? session.Attach(new FakeStream()) : null;
        session.Begin("1");
        _clock.Advance(TimeSpan.FromMinutes(40));
        session.End("1");
        if (stream is not null)
        {
            session.Detach(stream);
        }

        _clock.Advance(TimeSpan.FromMinutes(19));
        Assert.Equal(1, _sessions.Count);
        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(0, _sessions.Count);
    }

    /// <summary>What the end of a session cancels is code of others, which may need the sessions itself.</summary>
    [Fact]
    public void Open_AtTheCap_EndsTheOldestOutsideTheLock()
    {
        var oldest = Open();
        Open();
        Open();
        var couldBeUsed = false;
        using var registration = oldest.Ended.Register(() =>
            couldBeUsed = Task.Run(() => _sessions.Open("q", null, "2025-06-18", ClientProfile.Plain)).Wait(TimeSpan.FromMinutes(1)));

        Open();

        Assert.True(couldBeUsed);
    }

    [Fact]
    public void Open_AtTheCap_EndsTheOldestIdleOne()
    {
        var busy = Open();
        var running = busy.Begin("1")!;
        var oldest = Open();
        var newest = Open();

        Open();

        Assert.Equal(3, _sessions.Count);
        Assert.Null(_sessions.Find(oldest.Id, null));
        Assert.NotNull(_sessions.Find(busy.Id, null));
        Assert.NotNull(_sessions.Find(newest.Id, null));
        Assert.False(running.IsCancellationRequested);
    }

    [Fact]
    public void Open_CallerAtItsCap_EndsItsOwnOldestIdleOneAndNobodyElses()
    {
        using var sessions = new ClientSessions(Options.Create(new GatewayOptions { MaxSessions = 100, MaxSessionsPerCaller = 3 }), _clock);
        var other = Open("other")!;
        var busy = Open("greedy")!;
        busy.Begin("1");
        var oldest = Open("greedy")!;
        var newest = Open("greedy")!;
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(4, sessions.Count);
            newest = Open("greedy")!;
        }

        Assert.NotNull(sessions.Find(other.Id, null));
        Assert.NotNull(sessions.Find(busy.Id, null));
        Assert.NotNull(sessions.Find(newest.Id, null));
        Assert.Null(sessions.Find(oldest.Id, null));

        // What has ended counts no more.
        sessions.Close(newest);
        var last = Open("greedy")!;
        Assert.Equal(4, sessions.Count);
        Open("greedy")!.Begin("1");
        last.Begin("1");
        Assert.Equal(4, sessions.Count);
        Open("other");
        Assert.Equal(5, sessions.Count);

        ClientSession? Open(string principal)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return sessions.Open(principal, null, "2025-06-18", ClientProfile.Plain);
        }
    }

    [Fact]
    public void Open_CallerAtItsCapAndAllBusy_IsRefusedAloneUntilOneEnds()
    {
        using var sessions = new ClientSessions(Options.Create(new GatewayOptions { MaxSessions = 100, MaxSessionsPerCaller = 1 }), _clock);
        var busy = sessions.Open("greedy", null, "2025-06-18", ClientProfile.Plain)!;
        busy.Begin("1");

        Assert.Null(sessions.Open("greedy", null, "2025-06-18", ClientProfile.Plain));
        Assert.NotNull(sessions.Open("other", null, "2025-06-18", ClientProfile.Plain));
        sessions.Close(busy);
        Assert.NotNull(sessions.Open("greedy", null, "2025-06-18", ClientProfile.Plain));
    }

    [Fact]
    public void Open_AtTheCapAndAllBusy_IsRefused()
    {
        ClientSession[] busy = [Open(), Open(), Open()];
        Array.ForEach(busy, session => session.Begin("1"));

        Assert.Null(_sessions.Open("p", null, "2025-06-18", ClientProfile.Plain));
        busy[1].End("1");
        Assert.NotNull(_sessions.Open("p", null, "2025-06-18", ClientProfile.Plain));
        Assert.Equal(3, _sessions.Count);
    }

    /// <summary>A session is either ended for its idleness or has a request, whichever comes first.</summary>
    [Fact]
    public void TryRetire_RequestHasBegun_IsRefusedAndLaterRequestsAreTooLate()
    {
        var session = Open();
        session.Begin("1");
        Assert.False(session.TryRetire());
        Assert.False(session.HasEnded);
        session.End("1");

        Assert.True(session.TryRetire());
        Assert.NotNull(session.Begin("2"));
        Assert.True(session.HasEnded);
        Assert.True(session.TryRetire());
        session.End("2");
        Assert.True(session.HasEnded);
    }

    [Fact]
    public void Begin_IdInUse_IsRefusedUntilItEnded()
    {
        var session = Open();

        Assert.NotNull(session.Begin("\"1\""));
        Assert.Null(session.Begin("\"1\""));
        Assert.NotNull(session.Begin("1"));
        session.End("\"1\"");
        session.End("\"1\"");
        Assert.True(session.IsBusy);
        Assert.NotNull(session.Begin("\"1\""));
        session.End("\"1\"");
        session.End("1");
        Assert.False(session.IsBusy);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HostStops_RequestsWhoseClientIsGone_AreCancelledNowAndLater(bool isOldSession)
    {
        using var lifetime = new StoppingHost();
        using var sessions = new ClientSessions(Options.Create(new GatewayOptions()), _clock, lifetime: lifetime);
        var old = sessions.Open("p", null, "2025-06-18", ClientProfile.Plain)!;
        using var gone = new CancellationTokenSource();
        using var waiting = new CancellationTokenSource();
        gone.Cancel();
        var (lost, heard) = (old.Begin("1", gone.Token)!, old.Begin("2", waiting.Token)!);
        Assert.False(lost.IsCancellationRequested);

        lifetime.StopApplication();

        Assert.True(lost.IsCancellationRequested);
        Assert.False(heard.IsCancellationRequested);
        var session = isOldSession ? old : sessions.Open("p", null, "2025-06-18", ClientProfile.Plain)!;
        Assert.True(session.Begin("3", gone.Token)!.IsCancellationRequested);
        waiting.Cancel();
        Assert.True(heard.IsCancellationRequested);
    }

    [Fact]
    public void Cancel_RunningRequest_IsCancelledAndOthersAreNot()
    {
        var session = Open();
        var (one, two) = (session.Begin("1")!, session.Begin("2")!);

        session.Cancel("1");
        session.Cancel("3");
        session.End("1");
        session.Cancel("1");

        Assert.True(one.IsCancellationRequested);
        Assert.False(two.IsCancellationRequested);
    }

    [Fact]
    public void Close_RunningRequests_AreCancelledAndLateOnesToo()
    {
        var session = Open();
        var running = session.Begin("1")!;

        _sessions.Close(session);
        _sessions.Close(session);

        Assert.True(running.IsCancellationRequested);
        Assert.True(session.Begin("2")!.IsCancellationRequested);
        Assert.Equal(0, _sessions.Count);
    }

    [Fact]
    public void Token_Deadline_EndsAfterSilenceOrTheMaximum()
    {
        var options = new GatewayOptions { RequestTimeout = TimeSpan.FromSeconds(60), MaxRequestDuration = TimeSpan.FromSeconds(150) };
        using var silent = new CallDeadline(options, _clock, CancellationToken.None);
        using var lively = new CallDeadline(options, _clock, CancellationToken.None);
        for (var seconds = 0; seconds < 100; seconds += 50)
        {
            _clock.Advance(TimeSpan.FromSeconds(50));
            lively.Extend();
        }

        Assert.True(silent.Token.IsCancellationRequested);
        Assert.False(lively.Token.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromSeconds(49));
        lively.Extend();
        Assert.False(lively.Token.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(lively.Token.IsCancellationRequested);
    }

    [Fact]
    public void Extend_AfterTheEnd_IsHarmless()
    {
        var deadline = new CallDeadline(new GatewayOptions(), _clock, CancellationToken.None);
        var token = deadline.Token;
        deadline.Dispose();

        deadline.Extend();

        Assert.False(token.IsCancellationRequested);
    }

    /// <summary>A client that has withdrawn a request, or ended its session, waits for no answer.</summary>
    [Fact]
    public void HasLost_SessionIsClosedForALoss_OnlyWhatTheClientDidNotWithdraw()
    {
        var (lost, ended) = (Open(), Open());
        foreach (var id in new[] { "1", "2" })
        {
            lost.Begin(id);
            ended.Begin(id);
        }

        lost.Cancel("1");
        Assert.False(lost.HasLost("1"));
        lost.Close();
        _sessions.Close(ended);
        ended.Close();

        Assert.Equal((false, true, false), (lost.HasLost("1"), lost.HasLost("2"), ended.HasLost("2")));
    }

    private ClientSession Open()
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        return _sessions.Open("p", null, "2025-06-18", ClientProfile.Plain)!;
    }

    private sealed class StoppingHost : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
