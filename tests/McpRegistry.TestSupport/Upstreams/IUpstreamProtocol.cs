namespace McpRegistry.TestSupport.Upstreams;

internal interface IUpstreamProtocol
{
    Task AnswerAsync(UpstreamExchange exchange, UpstreamHandler? scripted);
}
