using McpRegistry.AspNetCore.Analytics;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Serves batches in sessions of 2025-03-26: every message is checked, run, cancelled and recorded like one that comes alone.</summary>
internal sealed class BatchHandler(
    LegacyHandler legacy, GatewayDispatcher dispatcher, RequestObserver observer, IOptions<GatewayOptions> options, TimeProvider time, ILogger<BatchHandler> logger)
{
    /// <summary>One HTTP request must not open as many upstream connections as its body has room for messages.</summary>
    private const int MaxConcurrency = 8;

    /// <summary>Handles a body that is an array with at least one element.</summary>
    public async Task HandleAsync(McpExchange exchange, ReadOnlyMemory<byte> body)
    {
        if (!TryFindSession(exchange, out var session, out var error))
        {
            await exchange.AnswerAsync(AnswerWriter.Error([], error));
            return;
        }

        var fault = BatchReader.Read(body, EnvelopeLimits.Default, options.Value.MaxBatchMessages, out var entries);
        if (fault != EnvelopeFault.None)
        {
            await exchange.AnswerAsync(AnswerWriter.Error([], EnvelopeErrors.Of(fault, EnvelopeLimits.Default)));
            return;
        }

        exchange.IsBatch = true;
        await RunAsync(exchange, session, entries);
    }

    private bool TryFindSession(
        McpExchange exchange,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ClientSession? session,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out GatewayError? error)
    {
        session = null;
        error = VersionHeader.IsRepeated(exchange.Context.Request)
            ? EraClassifier.Mismatch("The header MCP-Protocol-Version is sent more than once.")
            : ProtocolRevision.EraOf(VersionHeader.Of(exchange.Context.Request)) == ProtocolEra.Modern ? NoBatch() : null;
        if (error is null && legacy.TryFindSession(exchange, out session, out error) && session.Revision != ProtocolRevision.March2025)
        {
            error = NoBatch();
        }

        return error is null;
    }

    private static GatewayError NoBatch() => EnvelopeErrors.Of(EnvelopeFault.Batch, EnvelopeLimits.Default);

    private async Task RunAsync(McpExchange exchange, ClientSession session, List<BatchEntry> entries)
    {
        var parts = new List<BatchPart>(entries.Count);
        try
        {
            // All are received before the first one runs, so that a cancellation finds its request wherever it stands.
            foreach (var entry in entries)
            {
                parts.Add(Receive(exchange, session, entry));
            }

            var response = LegacyAnswer.Create(exchange, session, options, time);
            await using (response)
            {
                var limit = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrency };
                await Parallel.ForEachAsync(parts, limit, async (part, _) => await RunAsync(part, session, response));
                await CompleteAsync(response, parts, StatusOf(parts, entries));
            }
        }
        finally
        {
            parts.ForEach(part => part.End());
        }
    }

    private BatchPart Receive(McpExchange batch, ClientSession session, BatchEntry entry)
    {
        var message = entry.Message;
        var exchange = new McpExchange(batch.Context, batch.Alias, batch.Caller, observer) 
        {
            TakesStream = batch.TakesStream,
            RuleHeaders = batch.RuleHeaders,
            TimeoutMs = batch.TimeoutMs,
            Started = observer.Started(),
        };
        var part = new BatchPart(exchange, message, session);
        observer.Received(exchange, message, message.Body.Length);
        if (Check(batch, entry) is { } error)
        {
            exchange.Take(AnswerWriter.Error(message.Raw(message.Id), error));
        }
        else if (message.Kind != MessageKind.Request)
        {
            legacy.Take(session, message);
        }
        else if (part.Begin() is { } refusal)
        {
            exchange.Take(refusal);
        }

        return part;
    }

    private static GatewayError? Check(McpExchange batch, BatchEntry entry)
    {
        if (entry.Fault != EnvelopeFault.None)
        {
            return EnvelopeErrors.Of(entry.Fault, EnvelopeLimits.Default);
        }

        EraClassifier.Classify(entry.Message, VersionHeader.IsSent(batch.Context.Request) ? VersionHeader.Of(batch.Context.Request) : null, out var error);
        return error ?? (entry.Message is { Kind: MessageKind.Request, Method: McpMethod.Initialize }
            ? GatewayError.BadEnvelope(ErrorCodes.InvalidRequest, "initialize must not be part of a batch.", "initialize_in_batch")
            : null);
    }

    private async Task RunAsync(BatchPart part, ClientSession session, LegacyAnswer response)
    {
        var exchange = part.Exchange;
        try
        {
            if (part.IsRunning)
            {
                exchange.Call = LegacyHandler.CreateCall(exchange, part.Message, session, response.Stream);
                exchange.Take(await CallAsync(part, exchange.Call, session));
            }

            if (exchange.Answer is { } answer)
            {
                part.IsSent = await response.TrySendAnswerAsync(answer);
            }
        }
        catch (OperationCanceledException) when (part.Cancelled.IsCancellationRequested)
        {
            exchange.IsCancelled = true;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException && exchange.Answer is not null)
        {
            // The client hung up, which cancels nothing in this era: the others run on.
        }
        catch (Exception exception)
        {
            // One message must not take the answers of the others with it.
            logger.RequestFailed(exception);
            exchange.Take(AnswerWriter.Error(part.Message.Raw(part.Message.Id), GatewayError.Unforeseen()));
        }
        finally
        {
            part.End();
            observer.Ended(exchange);
        }
    }

    private async ValueTask<GatewayAnswer> CallAsync(BatchPart part, GatewayCall call, ClientSession session)
    {
        try
        {
            part.Cancelled.ThrowIfCancellationRequested();
            return await dispatcher.HandleAsync(call, part.Cancelled);
        }
        catch (OperationCanceledException) when (part.Cancelled.IsCancellationRequested && session.HasLost(part.Id))
        {
            return LegacyHandler.Lost(call);
        }
    }

    private static int StatusOf(List<BatchPart> parts, List<BatchEntry> entries) =>
        entries.TrueForAll(entry => entry.Fault != EnvelopeFault.None) ? StatusCodes.Status400BadRequest
        : parts.Exists(part => part.IsTooLate) ? StatusCodes.Status404NotFound
        : StatusCodes.Status200OK;

    private static async Task CompleteAsync(LegacyAnswer response, List<BatchPart> parts, int status)
    {
        var answers = parts.Where(part => !part.IsSent && part.Exchange.Answer is not null).Select(part => part.Exchange.Answer!.Value).ToArray();
        if (answers.Length == 0)
        {
            await response.AbandonAsync();
            return;
        }

        try
        {
            await response.CompleteBatchAsync(answers, status);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client hung up before the answers and knows of no event to come back for: there is no way left to deliver them.
        }
    }
}
