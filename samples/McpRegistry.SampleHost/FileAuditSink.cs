using System.Buffers;
using System.Text.Json;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.SampleHost;

/// <summary>
/// Appends the audit trail to a file, a line for each row, as an export has it. After a crash the last rows may be in it twice, with the
/// same tenant and sequence.
/// </summary>
internal sealed class FileAuditSink(IConfiguration configuration) : IAuditSink
{
    /// <summary>The setting with the path of the file.</summary>
    public const string Setting = "AuditFile";

    private readonly string _path = configuration[Setting] ?? throw new InvalidOperationException($"Set {Setting} to the path of the file.");

    public string Name => "file";

    public async ValueTask DeliverAsync(TenantId tenant, IReadOnlyList<ChainedAuditEvent> rows, CancellationToken cancellationToken)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (var row in rows)
        {
            using (var writer = new Utf8JsonWriter(lines))
            {
                AuditJson.Write(writer, row);
            }

            lines.Write("\n"u8);
        }

        await using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
        var end = file.Length;
        try
        {
            await file.WriteAsync(lines.WrittenMemory, cancellationToken);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            // The rows come again, and half a line would spoil the first of them.
            file.SetLength(end);
            throw;
        }
    }
}
