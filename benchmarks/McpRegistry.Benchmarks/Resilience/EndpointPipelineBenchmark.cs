using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using McpRegistry.Gateway;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace McpRegistry.Benchmarks.Resilience;

/// <summary>
/// What do the limit of calls at once, the timeout, the retries and the circuit breaker cost a call with which nothing is wrong, against the same strategies in Polly? Its limiter is that
/// of System.Threading.RateLimiting, which Polly's own one is built on. Ours also tells silence from the whole time, can be cancelled by an operator and counts for a retry budget.
/// </summary>
[MemoryDiagnoser]
public class EndpointPipelineBenchmark
{
    private readonly CancellationTokenSource _caller = new();
    private readonly GatewayOptions _options = new();
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = 100, QueueLimit = 1_000 });
    private readonly ResiliencePipeline<int> _polly = new ResiliencePipelineBuilder<int>()
        .AddTimeout(new TimeoutStrategyOptions { Timeout = TimeSpan.FromSeconds(60) })
        .AddRetry(new RetryStrategyOptions<int>())
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<int>())
        .Build();

    private CallTimes _times = null!;
    private CallGate _gate = null!;
    private RetryBudget _budget = null!;
    private EndpointBreaker _breaker = null!;

    [GlobalSetup]
    public void Setup()
    {
        var endpoint = new ServerEndpoint { Id = new Guid(1, 1, 0, new byte[8]), Url = "http://127.0.0.1:1/mcp" };
        var server = new RegisteredServer
        {
            Id = new Guid(1, 2, 0, new byte[8]),
            Name = "s",
            Alias = "s",
            Endpoints = [endpoint],
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        };
        _times = new CallTimes(_options.RequestTimeout, _options.MaxRequestDuration);
        _gate = new CallGate(100, new QueueOptions(), TimeProvider.System);
        _budget = new RetryBudget(new RetryOptions(), TimeProvider.System);
        _breaker = new CircuitBreakers(Options.Create(new CircuitBreakerOptions()), TimeProvider.System, NullLogger<CircuitBreakers>.Instance).Take(server, endpoint);
    }

    [Benchmark(Baseline = true)]
    public async ValueTask<int> Polly()
    {
        using var lease = _limiter.AttemptAcquire();
        return lease.IsAcquired ? await _polly.ExecuteAsync(static token => AnswerAsync(token), _caller.Token) : 0;
    }

    [Benchmark]
    public async ValueTask<int> Ours()
    {
        using var deadline = new CallDeadline(_options, TimeProvider.System, _caller.Token, _times);
        if (!_gate.TryEnter())
        {
            return 0;
        }

        _budget.Add();
        try
        {
            if (!_breaker.TryEnter(out var probe))
            {
                return 0;
            }

            var answer = await AnswerAsync(deadline.BeginAttempt(isOnly: false));
            _breaker.Note(probe, CircuitVerdict.Success);
            return answer;
        }
        finally
        {
            _gate.Leave();
        }
    }

    private static ValueTask<int> AnswerAsync(CancellationToken cancellationToken) => new(cancellationToken.IsCancellationRequested ? 0 : 1);
}
