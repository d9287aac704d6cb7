using McpRegistry.ConformanceServer.Hosting;

return CommandLine.TryParse(args) switch
{
    { Transport: Transport.Stdio } options => await StdioHost.RunAsync(options),
    { } options => await HttpHost.RunAsync(options),
    null => await CommandLine.PrintUsageAsync(),
};
