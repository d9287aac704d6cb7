using McpRegistry.Analytics;
using McpRegistry.Core.Tests.Writers;
using McpRegistry.Protocol;
using McpRegistry.TestSupport;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace McpRegistry.Core.Tests.Analytics;

public sealed class CallRecorderTests
{
    /// <summary>The queue is a ring of segments that it keeps, so after its first growth a record costs no allocation.</summary>
    [Fact]
    public void TryWrite_QueueOfUsualSize_AllocatesNothing()
    {
        const int Calls = 10_000;
        var queue = new BoundedQueue<CallRecord>(1_024, 1_024);
        var record = UsageCounterTests.Call(UsageCounterTests.Entry(), McpMethod.ToolsCall, "work", 1);
        Turn(queue, record, 2 * Calls);

        Assert.Equal(0, Allocations.Of(() => Turn(queue, record, Calls)));
    }

    [Fact]
    public async Task Record_BothOff_IsOff()
    {
        var fixture = new WriterFixture();
        var writers = Microsoft.Extensions.Options.Options.Create(fixture.Options);
        await using var log = new RequestLogWriter(
            Microsoft.Extensions.Options.Options.Create(new RequestLogOptions { Enabled = false }),
            writers, fixture.Instruments, fixture.Time, NullLogger<RequestLogWriter>.Instance);
        await using var usage = new UsageCounter(
            Microsoft.Extensions.Options.Options.Create(new UsageOptions()),
            writers, fixture.Instruments, fixture.Time, NullLogger<UsageCounter>.Instance);

        Assert.False(new CallRecorder(log, usage).IsOn);
    }

    private static void Turn(BoundedQueue<CallRecord> queue, CallRecord record, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            queue.TryWrite(record);
            if (queue.Count == 1_000)
            {
                while (queue.TryRead(out _))
                {
                    // As the writer does once a batch.
                }
            }
        }
    }
}
