using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using McpRegistry.Protocol;

namespace McpRegistry.Benchmarks.Protocol;

/// <summary>What does it cost to check a message and find what routing needs, against parsing it into a document?</summary>
public class EnvelopeBenchmark
{
    private static readonly JsonDocumentOptions NoRepeats = new() { AllowDuplicateProperties = false };
    private byte[] _message = [];

    /// <summary>Gets or sets the size of the arguments, bytes.</summary>
    [Params(100, 10_000, 1_000_000)]
    public int ArgumentBytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var items = string.Join(',', Enumerable.Range(0, Math.Max(1, ArgumentBytes / 50)).Select(i => $$"""{"id":{{i}},"name":"item number {{i}}","ok":true}"""));
        _message = Encoding.UTF8.GetBytes(
            $$$$"""
            {"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"files__write","arguments":{"items":[{{{{items}}}}]},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"progressToken":"t1"}}}
            """);
    }

    [Benchmark(Baseline = true)]
    public string? Document()
    {
        using var document = JsonDocument.Parse(_message, NoRepeats);
        var root = document.RootElement;
        _ = root.GetProperty("params").GetProperty("_meta").GetProperty("progressToken").GetString();
        return root.GetProperty("params").GetProperty("name").GetString();
    }

    [Benchmark]
    public int Envelope()
    {
        EnvelopeReader.Read(_message, EnvelopeLimits.Default, out var message);
        return message.Name.Length;
    }
}
