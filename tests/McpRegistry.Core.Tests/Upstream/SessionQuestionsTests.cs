using System.Text.Json;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Questions that name no call, while nobody can be asked.</summary>
public sealed class SessionQuestionsTests
{
    private static readonly ClientProfile Rooted = ClientProfile.Of("""{"roots":{}}"""u8, ProtocolEra.Legacy);
    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _answers = [];
    private readonly List<IUpstreamObserver> _calls = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryAsk_NobodyCalls_NextCallIsAsked(bool isShared)
    {
        var questions = new SessionQuestions(Rooted with { IsShared = isShared }, _clock);
        Assert.True(TryAsk(questions, "1"));
        Assert.Empty(_answers);

        var (deaf, able) = (new Caller(takes: false), new Caller(takes: true));
        questions.Offer(deaf);
        questions.Offer(able);
        questions.Offer(new Caller(takes: true));
        Assert.Equal(["1"], able.Asked);
        Assert.Empty(_answers);
    }

    [Fact]
    public void TryAsk_NobodyCalls_ClientsOwnStreamIsAskedUnlessOthersUseTheSession()
    {
        var (own, shared) = (new SessionQuestions(Rooted, _clock), new SessionQuestions(Rooted with { IsShared = true }, _clock));
        var listener = new Listener();
        Assert.True(TryAsk(own, "1"));
        Assert.True(TryAsk(shared, "2"));
        own.Offer(listener);
        shared.Offer(listener);
        Assert.Equal(["1"], listener.Asked);
    }

    [Fact]
    public void TryAsk_CallThatMayBeMeantRefuses_NobodyElseIsAskedLater()
    {
        var questions = new SessionQuestions(Rooted, _clock);
        _calls.Add(new Caller(takes: false));
        Assert.False(TryAsk(questions, "1"));
        var next = new Caller(takes: true);
        questions.Offer(next);
        Assert.Empty(next.Asked);
    }

    /// <summary>A call that begins in the same moment has refused nothing.</summary>
    [Fact]
    public void TryAsk_CallBeginsMeanwhile_IsAsked()
    {
        var (questions, call) = (new SessionQuestions(Rooted, _clock), new Caller(takes: true));
        var looks = 0;
        Assert.True(questions.TryAsk(Question(questions, "1", "roots/list"), () => looks++ == 0 ? [] : [call], null));
        Assert.Equal(["1"], call.Asked);
    }

    [Fact]
    public void TryAsk_WhatTheClientCannotAnswer_IsRefused() =>
        Assert.False(TryAsk(new SessionQuestions(Rooted, _clock), "1", "sampling/createMessage"));

    /// <summary>The next call may be another client's, and what a call led to is not his to decide.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void TryAsk_NobodyCallsAndItIsNotAboutTheSession_WaitsForItsClientOnly(bool isShared, bool expected)
    {
        var able = ClientProfile.Of("""{"roots":{},"sampling":{}}"""u8, ProtocolEra.Legacy);
        Assert.Equal(expected, TryAsk(new SessionQuestions(able with { IsShared = isShared }, _clock), "1", "sampling/createMessage"));
    }

    /// <summary>The next call may be anybody's.</summary>
    [Fact]
    public void TryAsk_SessionOfStrangers_IsRefused() => Assert.False(TryAsk(new SessionQuestions(ClientProfile.Everything, _clock), "1"));

    [Fact]
    public void TryAsk_ManyAtOnce_AreBounded()
    {
        var questions = new SessionQuestions(Rooted, _clock);
        Assert.Equal(16, Enumerable.Range(0, 50).Count(id => TryAsk(questions, $"{id}")));
    }

    [Fact]
    public void TryAsk_NobodyCallsForLong_IsAnsweredWithAnError()
    {
        var questions = new SessionQuestions(Rooted, _clock);
        Assert.True(TryAsk(questions, "1"));
        _clock.Advance(SessionQuestions.LongestWait);
        Assert.Equal(-32603, JsonElement.Parse(Assert.Single(_answers)).GetProperty("error").GetProperty("code").GetInt32());
        var late = new Caller(takes: true);
        questions.Offer(late);
        Assert.Empty(late.Asked);
    }

    [Fact]
    public void Withdraw_WhileItWaits_IsForgotten()
    {
        var questions = new SessionQuestions(Rooted, _clock);
        Assert.True(TryAsk(questions, "1"));
        Assert.True(TryAsk(questions, "2"));
        questions.Withdraw(Message.Upstream("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"""));
        var call = new Caller(takes: true);
        questions.Offer(call);
        Assert.Equal(["2"], call.Asked);
        _clock.Advance(SessionQuestions.LongestWait * 2);
        Assert.Empty(_answers);
    }

    /// <summary>Whoever was asked may not be able to answer, as when his connection breaks; a question does not become younger by that.</summary>
    [Fact]
    public void TryReturn_ByWhoeverTookIt_NextCallIsAsked()
    {
        var questions = new SessionQuestions(Rooted, _clock);
        var first = new Caller(takes: true);
        _calls.Add(first);
        var question = Question(questions, "1", "roots/list");
        Assert.True(questions.TryAsk(question, () => _calls, null));
        _calls.Clear();
        Assert.True(question.TryReturn());
        var second = new Caller(takes: true);
        questions.Offer(second);
        Assert.Equal(["1"], second.Asked);
        _clock.Advance(SessionQuestions.LongestWait);
        Assert.False(question.TryReturn());
    }

    /// <summary>It began while the question was another's, and no other one may ever begin.</summary>
    [Fact]
    public void TryReturn_AnotherCallRuns_IsAskedAtOnce()
    {
        var questions = new SessionQuestions(Rooted, _clock);
        var (first, second) = (new Caller(takes: true), new Caller(takes: true));
        _calls.Add(first);
        var question = Question(questions, "1", "roots/list");
        Assert.True(questions.TryAsk(question, () => _calls, null));
        _calls.Add(second);
        questions.Offer(second);
        Assert.Empty(second.Asked);
        Assert.True(question.TryReturn());
        Assert.Equal(["1"], second.Asked);
        Assert.Equal(["1"], first.Asked);

        var third = new Caller(takes: true);
        questions.Offer(third);
        Assert.Empty(third.Asked);
    }

    [Fact]
    public void TryReturn_ClientsOwnStreamIsOpen_IsAskedAtOnceUnlessOthersUseTheSession()
    {
        foreach (var isShared in new[] { false, true })
        {
            var questions = new SessionQuestions(Rooted with { IsShared = isShared }, _clock);
            var listener = new Listener();
            _calls.Add(new Caller(takes: true));
            var question = Question(questions, "1", "roots/list");
            Assert.True(questions.TryAsk(question, () => _calls, listener));
            Assert.True(question.TryReturn());
            Assert.Equal(isShared ? [] : ["1"], listener.Asked);
            _calls.Clear();
        }
    }

    /// <summary>One whose stream is broken gives a question back at once, and takes it as often as it gets it.</summary>
    [Fact]
    public void TryAsk_WhoeverTakesItGivesItBackAtOnce_NextCallIsAsked()
    {
        var questions = new SessionQuestions(Rooted, _clock);
        var broken = new Caller(takes: true) { GivesBack = true };
        var listener = new Listener { GivesBack = true };
        _calls.Add(broken);
        Assert.True(questions.TryAsk(Question(questions, "1", "roots/list"), () => _calls, listener));
        Assert.Equal((1, 1), (broken.Asked.Count, listener.Asked.Count));

        var next = new Caller(takes: true);
        questions.Offer(next);
        Assert.Equal(["1"], next.Asked);
        Assert.Empty(_answers);
    }

    /// <summary>One who comes while the question is with another, who then refuses it, did not find it waiting.</summary>
    [Fact]
    public void Offer_CallBeginsWhileAnotherRefuses_IsAsked()
    {
        var questions = new SessionQuestions(Rooted, _clock);
        Assert.True(TryAsk(questions, "1"));
        var call = new Caller(takes: true);
        var deaf = new Caller(takes: false)
        {
            WhenAsked = () =>
            {
                if (_calls.Count == 0)
                {
                    _calls.Add(call);
                    questions.Offer(call);
                }
            },
        };
        questions.Offer(deaf);
        Assert.Equal(["1"], call.Asked);
    }

    /// <summary>One who was there before, and finds one of several questions with another just then.</summary>
    [Fact]
    public async Task Offer_AnotherHasOneOfTwoAndRefuses_IsAskedBoth()
    {
        var questions = new SessionQuestions(Rooted, _clock);
        Assert.True(TryAsk(questions, "1"));
        Assert.True(TryAsk(questions, "2"));
        using var isAway = new ManualResetEventSlim();
        using var isMissed = new ManualResetEventSlim();
        var deaf = new Caller(takes: false)
        {
            WhenAsked = () =>
            {
                isAway.Set();
                Assert.True(isMissed.Wait(Patience.Limit));
            },
        };
        var refusing = Task.CompletedTask;
        var call = new Caller(takes: true)
        {
            WhenAsked = () =>
            {
                if (!isAway.IsSet)
                {
                    refusing = Task.Run(() => questions.Offer(deaf));
                    Assert.True(isAway.Wait(Patience.Limit));
                }
            },
        };
        _calls.Add(call);
        questions.Offer(call);
        Assert.Equal(["1"], call.Asked);
        isMissed.Set();
        await refusing;
        Assert.Equal(["1", "2"], call.Asked);
    }

    [Fact]
    public void TryReturn_ServerHasTakenItBack_NobodyIsAsked()
    {
        var questions = new SessionQuestions(Rooted, _clock);
        _calls.Add(new Caller(takes: true));
        var question = Question(questions, "1", "roots/list");
        Assert.True(questions.TryAsk(question, () => _calls, null));
        var second = new Caller(takes: true);
        _calls.Add(second);
        questions.Withdraw(Message.Upstream("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"""));
        Assert.False(question.TryReturn());
        Assert.Empty(second.Asked);
    }

    [Fact]
    public void Clear_SessionIsGone_WhoWasAskedIsTold()
    {
        var questions = new SessionQuestions(Rooted, _clock);
        _calls.Add(new Caller(takes: true));
        var question = Question(questions, "1", "roots/list");
        Assert.True(questions.TryAsk(question, () => _calls, null));
        questions.Clear();
        Assert.True(question.TakenBack.IsCancellationRequested);
        Assert.False(question.IsOpen);
    }

    private bool TryAsk(SessionQuestions questions, string id, string method = "roots/list") => questions.TryAsk(Question(questions, id, method), () => _calls, null);

    private UpstreamQuestion Question(SessionQuestions questions, string id, string method) => new(
        Message.Upstream($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}"}"""),
        answer =>
        {
            _answers.Add(Message.Text(answer.Span));
            return new(true);
        })
    {
        Session = questions,
    };

    private sealed class Caller(bool takes) : IUpstreamObserver
    {
        public List<string> Asked { get; } = [];

        public bool GivesBack { get; init; }

        public Action? WhenAsked { get; init; }

        public bool MayBeMeant => true;

        public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public bool TryAsk(UpstreamQuestion question)
        {
            WhenAsked?.Invoke();
            if (takes)
            {
                Asked.Add(Message.Text(question.Id));
                Assert.True(!GivesBack || question.TryReturn());
            }

            return takes;
        }
    }

    private sealed class Listener : IUpstreamListener
    {
        public List<string> Asked { get; } = [];

        public bool GivesBack { get; init; }

        public void Notified(UpstreamMessage notification)
        {
            // Only questions matter here.
        }

        public void Missed()
        {
            // Only questions matter here.
        }

        public bool TryAsk(UpstreamQuestion question)
        {
            Asked.Add(Message.Text(question.Id));
            Assert.True(!GivesBack || question.TryReturn());
            return true;
        }
    }
}
