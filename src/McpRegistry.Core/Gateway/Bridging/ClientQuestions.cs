using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using McpRegistry.Protocol;

namespace McpRegistry.Gateway.Bridging;

/// <summary>The requests that go to one legacy client. The answers come as messages of their own and find their way back by the id.</summary>
internal sealed class ClientQuestions
{
    /// <summary>How many may wait for one client; a person answers them.</summary>
    private const int MaxOpen = 64;

    /// <summary>Tells this process from others, so that an answer which reaches another one is known to be lost.</summary>
    private static readonly string Instance = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    private static long s_last;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ClientAnswer>> _open = new(StringComparer.Ordinal);

    public int Count => _open.Count;

    /// <summary>Sends a question and waits for its answer.</summary>
    /// <param name="stream">The stream to send it on.</param>
    /// <param name="method">What is asked.</param>
    /// <param name="parameters">The raw params object; empty for none.</param>
    /// <param name="cancellationToken">Gives up, and tells the client so; throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>The answer; null when the client cannot be asked.</returns>
    public async ValueTask<ClientAnswer?> AskAsync(IAnswerStream stream, McpMethod method, ReadOnlyMemory<byte> parameters, CancellationToken cancellationToken)
    {
        if (!stream.IsOpen || _open.Count >= MaxOpen)
        {
            return null;
        }

        var id = $"{Instance}-{Interlocked.Increment(ref s_last)}";
        var waiting = new TaskCompletionSource<ClientAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = waiting;
        try
        {
            return await stream.TrySendAsync(Request(id, method, parameters.Span), cancellationToken).ConfigureAwait(false) ? await waiting.Task.WaitAsync(cancellationToken).ConfigureAwait(false) : null;
        }
        catch (OperationCanceledException)
        {
            await CancelAsync(stream, id).ConfigureAwait(false);
            throw;
        }
        catch (IOException)
        {
            return null;
        }
        finally
        {
            _open.TryRemove(id, out _);
        }
    }

    /// <summary>Takes an answer; one that nobody waits for any more is dropped.</summary>
    public void Answer(string? id, ReadOnlySpan<byte> outcome, bool isError)
    {
        if (id is not null && _open.TryRemove(id, out var waiting))
        {
            waiting.TrySetResult(new ClientAnswer(outcome.ToArray(), isError));
        }
    }

    private static ReadOnlyMemory<byte> Request(string id, McpMethod method, ReadOnlySpan<byte> parameters)
    {
        var output = new ArrayBufferWriter<byte>(parameters.Length + 128);
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":\""u8);
        output.Write(Encoding.ASCII.GetBytes(id));
        output.Write("\",\"method\":\""u8);
        output.Write(McpMethods.Utf8Name(method));
        output.Write("\""u8);
        if (!parameters.IsEmpty)
        {
            output.Write(",\"params\":"u8);
            output.Write(parameters);
        }

        output.Write("}"u8);
        return output.WrittenMemory;
    }

    private static async ValueTask CancelAsync(IAnswerStream stream, string id)
    {
        try
        {
            await stream.SendAsync(
                Encoding.ASCII.GetBytes($$$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"{{{id}}}"}}"""), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client is gone and shows the question to nobody any more.
        }
    }
}
