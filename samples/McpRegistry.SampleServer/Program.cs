using McpRegistry.SampleServer;
using McpRegistry.SampleServer.Http;

return args switch
{
    ["stdio"] => await StdioHost.RunAsync(),
    ["http"] => await HttpHost.RunAsync(port: 0),
    ["http", "--port", var text] when ushort.TryParse(text, out var port) => await HttpHost.RunAsync(port),
    _ => await PrintUsageAsync(),
};

static async Task<int> PrintUsageAsync()
{
    await Console.Error.WriteLineAsync("usage: McpRegistry.SampleServer stdio | http [--port N]   (port 0, the default, takes a free one)");
    return 2;
}
