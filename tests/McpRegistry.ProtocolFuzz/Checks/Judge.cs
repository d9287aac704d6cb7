using System.Text;
using System.Text.Unicode;
using McpRegistry.ProtocolFuzz.Clients;
using McpRegistry.ProtocolFuzz.Wire;

namespace McpRegistry.ProtocolFuzz.Checks;

/// <summary>Says what is wrong with an answer of the gateway, whatever was asked.</summary>
internal static class Judge
{
    /// <summary>docs/protocol.md, and what HTTP itself refuses. Nothing of 500 and above is among them.</summary>
    private static readonly HashSet<int> Statuses = [200, 202, 400, 401, 403, 404, 405, 406, 408, 411, 413, 414, 415, 429, 431];

    /// <summary>Names of types and lines of stack traces, which no message of the cases has.</summary>
    private static readonly string[] Inside = ["Exception", "System.", "Microsoft.", "McpRegistry.", "StackTrace", "\\n   at ", "Object reference", "Sqlite", "Task`1"];

    public static string? Fault(FuzzStep step, byte[] sent, RawResponse response)
    {
        if (response.IsLate)
        {
            return $"no end of the answer within {RawClient.Limit.TotalSeconds} s";
        }

        if (response.Status == 0)
        {
            return response.HasLeft || step.Draft.IsBroken ? null : "no answer";
        }

        if (!response.IsComplete && !response.HasLeft && !step.Draft.IsBroken)
        {
            return "the answer broke off";
        }

        if (!Statuses.Contains(response.Status))
        {
            return $"status {response.Status}";
        }

        if (step.MustSucceed && response.Status is not (200 or 202))
        {
            return $"a proper request got status {response.Status}";
        }

        if (!Utf8.IsValid(response.Body))
        {
            return "the answer is not UTF-8";
        }

        return Array.Find(Inside, word => response.Body.AsSpan().IndexOf(Encoding.ASCII.GetBytes(word)) >= 0) is { } leak
            ? $"the answer tells of the inside: {leak}"
            : BodyFault(step, sent, response);
    }

    private static string? BodyFault(FuzzStep step, byte[] sent, RawResponse response)
    {
        if (response.IsStream)
        {
            return StreamFault(step, sent, response);
        }

        if (!response.IsComplete)
        {
            return null;
        }

        if (response.Body.Length == 0)
        {
            return response.Status == 200 && step.Draft.Verb == "POST" ? "200 without a body" : null;
        }

        return response.MediaType switch
        {
            "application/json" => MessageJudge.DocumentFault(step, SentMessage.Parse(sent), response),
            "application/problem+json" => response.Status is 401 or 403 or 404 or 405 or 400 ? null : $"a problem document with {response.Status}",
            var type => $"content type {type}",
        };
    }

    private static string? StreamFault(FuzzStep step, byte[] sent, RawResponse response)
    {
        if (response.Status != 200)
        {
            return $"a stream with status {response.Status}";
        }

        var (messages, fault) = EventStream.Read(response.Text, response.IsComplete);
        return fault ?? MessageJudge.StreamFault(step, SentMessage.Parse(sent), messages, response.IsComplete);
    }
}
