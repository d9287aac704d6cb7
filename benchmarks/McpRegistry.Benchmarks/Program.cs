using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Running;
using McpRegistry.Benchmarks.ApiKeys;
using McpRegistry.Benchmarks.Discovery;

// eng/key-timing.sh
if (args is ["key-timing", var count])
{
    return await KeyTiming.RunAsync(int.Parse(count, CultureInfo.InvariantCulture));
}

// dotnet run -c Release --project benchmarks/McpRegistry.Benchmarks -- --filter '*'
var config = DefaultConfig.Instance
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddExporter(MarkdownExporter.GitHub)
    .HideColumns(Column.Error, Column.StdDev);

// With --inProcess the databases of one size are filled once; a benchmark in a process of its own closes what it opened.
DiscoveryDatabase.IsShared = true;
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
await DiscoveryDatabase.CloseAsync();
return 0;
