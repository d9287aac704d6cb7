using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway.Bridging;

/// <summary>A question of a legacy server that waits for a modern client, and the key that stands for it there.</summary>
internal sealed record OpenQuestion(string Key, UpstreamQuestion Question)
{
    public InputRequest Request { get; } = new(Key, Question.Method, QuestionRewriter.ForModern(Question.Method, Question.Params));
}
