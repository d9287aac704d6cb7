namespace McpRegistry.TestSupport.Upstreams;

/// <summary>Answers one request. <see cref="Answers"/> and <see cref="ListAnswers"/> hold ready ones.</summary>
public delegate Task UpstreamHandler(UpstreamExchange exchange);
