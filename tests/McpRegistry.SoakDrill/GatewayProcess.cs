using System.Diagnostics;
using System.Text.Json;

namespace McpRegistry.SoakDrill;

/// <summary>A gateway that is looked at from outside, and asked for what it counts itself.</summary>
internal sealed class GatewayProcess : IDisposable
{
    private const string Ready = "listening on ";

    private readonly Process _process;

    private GatewayProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    public static async Task<GatewayProcess> StartAsync(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var arguments = settings.SelectMany(setting => (string[])[$"--{setting.Key}", setting.Value]);
        var start = new ProcessStartInfo("dotnet", [typeof(GatewayProcess).Assembly.Location, "gateway", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // The C library gives back free memory from the middle of each of its arenas, but from the end of the first one only.
        start.Environment["MALLOC_ARENA_MAX"] = "1";

        // A collection beside the program keeps the lists of its largest peak, and whether one runs at a peak is chance.
        start.Environment["DOTNET_gcConcurrent"] = "0";
        var process = Process.Start(start) ?? throw new InvalidOperationException("Cannot start dotnet.");
        var line = await process.StandardOutput.ReadLineAsync();
        return line?.StartsWith(Ready, StringComparison.Ordinal) == true
            ? new GatewayProcess(process, new Uri(line[Ready.Length..]))
            : throw new InvalidOperationException($"The gateway did not start: {line}");
    }

    public async Task<Census> CountAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The gateway has ended.");
        return JsonSerializer.Deserialize<Census>(line)!;
    }

    /// <summary>Counts open files, and those of them that are sockets. Code that is loaded, two files for each assembly, stays so and is not counted.</summary>
    public (int Files, int Sockets) CountFiles()
    {
        var files = Directory.GetFiles($"/proc/{_process.Id}/fd").Select(Target).Where(static target => target?.EndsWith(".dll", StringComparison.Ordinal) == false).ToArray();
        return (files.Length, files.Count(static target => target!.StartsWith("socket:", StringComparison.Ordinal)));
    }

    /// <summary>Reads a figure of the kernel, such as <c>VmRSS</c> in KiB or <c>Threads</c>.</summary>
    public long Read(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split([':', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static string? Target(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget;
        }
        catch (IOException)
        {
            // Closed since it was listed.
            return null;
        }
    }
}
