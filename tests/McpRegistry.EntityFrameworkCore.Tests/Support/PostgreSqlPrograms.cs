using System.Diagnostics;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>Finds and runs the server programs of PostgreSQL, which refuse to run as root.</summary>
internal static class PostgreSqlPrograms
{
    private const string DebianRoot = "/usr/lib/postgresql";

    public static Task RunAsync(string program, params string[] arguments)
    {
        string[] command = [Find(program), .. arguments];
        return Environment.IsPrivilegedProcess
            ? ExecuteAsync("su", "postgres", "-c", string.Join(' ', command.Select(Quote)))
            : ExecuteAsync(command[0], arguments);
    }

    /// <summary>Makes a folder of root the server's own.</summary>
    public static Task GiveAwayAsync(string folder) =>
        Environment.IsPrivilegedProcess ? ExecuteAsync("chown", "postgres", folder) : Task.CompletedTask;

    private static string Find(string program)
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        var debian = Directory.Exists(DebianRoot)
            ? Directory.GetDirectories(DebianRoot).OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin"))
            : [];
        return onPath.Concat(debian).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                $"The PostgreSQL program '{program}' is neither on PATH nor under {DebianRoot}. "
                + "Install the PostgreSQL server (Debian: apt-get install postgresql); its tests do not skip.");
    }

    private static async Task ExecuteAsync(string file, params string[] arguments)
    {
        // The server inherits these streams; with -l it writes to its log, so reading them ends with the program.
        using var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        }) ?? throw new InvalidOperationException($"Cannot start {file}.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output} {await error}");
        }
    }

    private static string Quote(string argument) => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
