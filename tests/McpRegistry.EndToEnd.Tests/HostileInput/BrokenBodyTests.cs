using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.EndToEnd.Tests.HostileInput;

/// <summary>A body that breaks the rules of HTTP is its client's fault: it is refused as such, and no error of the host is logged.</summary>
public sealed class BrokenBodyTests : EndToEndTest
{
    private readonly ErrorLog _log = new();

    private protected override GatewaySetup Setup => new() { Services = services => services.AddSingleton<ILoggerProvider>(_log) };

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("5\r\n{\"jso\r\nno length\r\n")]
    public async Task Post_BrokenChunk_Is400AndNothingIsLogged(string body)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Gateway.BaseAddress.Host, Gateway.BaseAddress.Port, Cancellation);
        await using var stream = client.GetStream();
        var head = $"POST /mcp HTTP/1.1\r\nHost: {Gateway.BaseAddress.Authority}\r\nAuthorization: Bearer {GatewayHost.AdminKey}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + body), Cancellation);
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync(Cancellation);

        Assert.True(RawAnswer.TryParse(text, Encoding.UTF8.GetByteCount(text), out var answer), text);
        Assert.Equal(400, answer.Status);
        Assert.Equal("incomplete_body", answer.Json.GetProperty("error").GetProperty("data").GetProperty("reason").GetString());
        Assert.Empty(_log.Entries);
    }

    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Entries { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Entries.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
            // There is nothing to give back.
        }
    }
}
