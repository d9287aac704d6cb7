using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace McpRegistry.Upstream.Channels;

/// <summary>
/// A child process and everything that it starts, told by a variable that all of them inherit. The tree of parents cannot
/// tell: when a child ends politely its own children become orphans that belong to nobody.
/// </summary>
internal sealed class ProcessFamily
{
    private const string Variable = "MCPREGISTRY_CHILD";

    private readonly string _id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");

    /// <summary>Marks the environment of the child.</summary>
    public void Mark(Dictionary<string, string?> environment) => environment[Variable] = _id;

    /// <summary>Ends those that are left. Where the system does not show the environment of processes, nothing happens.</summary>
    /// <returns>How many were ended.</returns>
    public int End() => OperatingSystem.IsLinux() ? Directory.EnumerateDirectories("/proc").Count(EndIfMember) : 0;

    private bool EndIfMember(string directory)
    {
        if (!int.TryParse(Path.GetFileName(directory), out var id))
        {
            return false;
        }

        try
        {
            if (!IsMember(Path.Combine(directory, "environ")))
            {
                return false;
            }

            using var process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It ended by itself meanwhile, or is another user's.
            return false;
        }
    }

    private bool IsMember(string file) =>
        File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes($"{Variable}={_id}\0")) >= 0;
}
