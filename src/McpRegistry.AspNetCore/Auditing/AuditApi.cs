using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Tenancy;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Auditing;

/// <summary>Answers the requests of <see cref="AuditEndpoints"/>; each caller sees the trail of its own tenant, those of the installation all trails.</summary>
internal sealed class AuditApi(IAuditStore store, IAuditTrail trail)
{
    /// <summary>Rows between two flushes: few enough for a slow client, and enough to fill packets.</summary>
    private const int FlushEvery = 100;

    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task SearchAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var query = AuditQueryReader.Read(context.Request.Query, faults);
        if (await ChooseAsync(context, faults) is not { } tenant)
        {
            return;
        }

        // One row more than asked for tells whether there is a next page.
        var rows = await store.SearchAsync(tenant, query with { Limit = query.Limit + 1 }, context.RequestAborted);
        var next = rows.Count > query.Limit ? AuditQueryReader.Cursor(rows[query.Limit - 1]) : null;
        var buffer = new ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(buffer, Format))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("events");
            foreach (var row in rows.Take(query.Limit))
            {
                AuditJson.Write(writer, row, null);
            }

            writer.WriteEndArray();
            if (next is not null)
            {
                writer.WriteString("nextCursor", next);
            }

            writer.WriteEndObject();
        }

        Prepare(context, "application/json; charset=utf-8");
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    public async Task ExportAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var after = AuditQueryReader.Number(context.Request.Query, "after", 0, faults) ?? 0;
        if (await ChooseAsync(context, faults) is not { } tenant)
        {
            return;
        }

        Prepare(context, "application/jsonl; charset=utf-8");
        var output = context.Response.BodyWriter;
        await using var writer = new Utf8JsonWriter(output, Format);
        var count = 0;
        await foreach (var row in trail.ReadAsync(tenant, after, context.RequestAborted))
        {
            AuditJson.Write(writer, row.Event, row);
            await writer.FlushAsync(context.RequestAborted);
            output.Write("\n"u8);
            writer.Reset();
            if (++count % FlushEvery == 0)
            {
                await output.FlushAsync(context.RequestAborted);
            }
        }

        await output.FlushAsync(context.RequestAborted);
    }

    public async Task VerifyAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var range = AuditQueryReader.ReadRange(context.Request.Query, faults);
        if (await ChooseAsync(context, faults) is not { } tenant)
        {
            return;
        }

        var result = await trail.VerifyAsync(tenant, range, context.RequestAborted);
        await context.WriteApiAsync(VerificationView.Of(result), AuditJsonContext.Readable.VerificationView);
    }

    /// <summary>
    /// Finds whose trail a request is about, or answers why there is none for it. A trail outlives its tenant and is wanted most when that
    /// is shut out, so administrators of the installation read those of all tenants, whatever their state; they may be deleted.
    /// </summary>
    private static async Task<TenantId?> ChooseAsync(HttpContext context, List<ValidationFault> faults)
    {
        var own = context.GetCaller().Tenant;
        var chosen = AuditQueryReader.Id(context.Request.Query, "tenant", faults) is { } id ? new TenantId(id) : own;
        if (faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return null;
        }

        if (chosen == own || own.IsGlobal)
        {
            return chosen;
        }

        await TenantProblems.Unknown().WriteAsync(context);
        return null;
    }

    private static void Prepare(HttpContext context, string type)
    {
        context.Response.ContentType = type;
        context.Response.SetApiHeaders();
    }
}
