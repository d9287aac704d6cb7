using System.Data.Common;
using System.Globalization;
using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Auditing;

public sealed class SqliteAuditFaultTests(SqliteStorage storage) : AuditFaultTests(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlAuditFaultTests(PostgreSqlStorage storage) : AuditFaultTests(storage), IClassFixture<PostgreSqlStorage>
{
    /// <summary>The driver's strategy wraps such a failure as if somebody had called it wrongly.</summary>
    [Fact]
    public async Task Verify_ServerEndsTheSessionAtARow_Throws()
    {
        var healthy = await WriteAsync();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => VerifyAsync(Once(healthy, End)));

        Assert.IsAssignableFrom<NpgsqlException>(exception.InnerException);
        Assert.Equal(2, Assert.Single((await VerifyAsync(static _ => { })).Faults).Sequence);
    }

    private static void End(DbCommand command)
    {
        var connection = (NpgsqlConnection)command.Connection!;
        using var other = connection.CloneWith(connection.ConnectionString);
        other.Open();
        using var end = new NpgsqlCommand($"SELECT pg_terminate_backend({connection.ProcessID}, 60000)", other);
        Assert.Equal(true, end.ExecuteScalar());
    }
}

/// <summary>A database that fails while the trail is read: that is told as what it is, and no row is taken for a forged one.</summary>
public abstract class AuditFaultTests(StorageFixture storage)
{
    private readonly TenantId _tenant = new(Guid.CreateVersion7());

    public static TheoryData<string> Faults =>
    [
        nameof(DbException), nameof(TimeoutException), nameof(IOException), nameof(ObjectDisposedException),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IAuditStore Store => storage.Services.GetRequiredService<IAuditStore>();

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Verify_DatabaseFailsAtARow_Throws(string kind)
    {
        var healthy = await WriteAsync();
        var fault = Fault(kind);

        Assert.Same(fault, await Record.ExceptionAsync(() => VerifyAsync(Once(healthy, _ => throw fault))));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Search_DatabaseFailsAtARow_Throws(string kind)
    {
        var healthy = await WriteAsync();
        var fault = Fault(kind);

        Assert.Same(fault, await Record.ExceptionAsync(() => BeforeCommand.DoAsync(
            Once(healthy, _ => throw fault), () => Store.SearchAsync(_tenant, new AuditQuery(), Cancellation).AsTask())));
    }

    /// <summary>That fails in the words of a value that is missing, so that only another reading tells.</summary>
    [Fact]
    public async Task Verify_ConnectionIsClosedAtARow_NamesTheOtherOneOnly()
    {
        var healthy = await WriteAsync();

        var result = await VerifyAsync(Once(healthy, static command => command.Connection!.Close()));

        Assert.Equal((AuditChainFaultKind.Changed, 2L), (Assert.Single(result.Faults).Kind, result.Faults[0].Sequence!.Value));
    }

    /// <summary>Writes three rows of which the second cannot be read, so that each is read on its own; returns the id of the last.</summary>
    private protected async Task<Guid> WriteAsync()
    {
        AuditEvent[] events = [Sample.FullAuditEvent(_tenant), Sample.FullAuditEvent(_tenant), Sample.FullAuditEvent(_tenant)];
        await Store.AppendAsync(events, Cancellation);
        await using var context = await storage.Services.GetRequiredService<RegistryDatabase>().OpenWriteAsync(Cancellation);
        Assert.Equal(1, await context.Database.ExecuteSqlRawAsync(
            "UPDATE audit_events SET source = 'nonsense' WHERE tenant_id = {0} AND sequence = 2", [_tenant.Value], Cancellation));
        return events[2].Id;
    }

    private protected Task<AuditVerification> VerifyAsync(Action<DbCommand> before) => BeforeCommand.DoAsync(
        before, () => new AuditTrail(Store).VerifyAsync(_tenant, AuditRange.All, Cancellation).AsTask());

    /// <summary>Does something to the first command that asks for one row.</summary>
    private protected static Action<DbCommand> Once(Guid row, Action<DbCommand> action)
    {
        var isDone = false;
        return command =>
        {
            if (!isDone && command.Parameters.Cast<DbParameter>().Any(parameter => IsId(parameter.Value, row)))
            {
                isDone = true;
                action(command);
            }
        };
    }

    private static bool IsId(object? value, Guid id) =>
        string.Equals(Convert.ToString(value, CultureInfo.InvariantCulture), id.ToString(), StringComparison.OrdinalIgnoreCase);

    private static Exception Fault(string kind) => kind switch
    {
        nameof(DbException) => new InvalidOperationException("Try again.", new NpgsqlException("The connection is gone.")),
        nameof(TimeoutException) => new InvalidOperationException("Try again.", new TimeoutException("It took too long.")),
        nameof(IOException) => new InvalidOperationException("Try again.", new InvalidOperationException("Again.", new IOException("Reset."))),
        _ => new ObjectDisposedException("connection"),
    };
}
