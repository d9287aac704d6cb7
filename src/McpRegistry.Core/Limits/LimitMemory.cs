using System.Net;
using Microsoft.Extensions.Options;

namespace McpRegistry.Limits;

/// <summary>What limits keep in the memory of this replica: buckets, fair shares and bans.</summary>
internal sealed class LimitMemory(IOptions<LimitOptions> options, TimeProvider time)
{
    public BucketTable Buckets { get; } = new(options.Value.Rates.Capacity, time);

    public FairShare Shares { get; } = new(options.Value.Rates.Global, options.Value.Rates.Overuse, time);

    public AddressBans Bans { get; } = new(options.Value.Rates, time);

    /// <summary>Lets go of what makes no difference any more.</summary>
    public void Sweep()
    {
        Buckets.Sweep();
        Bans.Sweep();
    }

    /// <summary>
    /// Begins the limits of a key, user, tenant, address or tool anew. Their ids never meet, so the kind need not be known. Principals that
    /// go by a name, since they have no id here, begin anew with their tenant.
    /// </summary>
    public void Reset(Guid id)
    {
        Buckets.Fill(key => key.Kind == LimitKind.Tool ? LimitSubjects.OfTool(key.Id, key.Name!) == id : key.Kind != LimitKind.Global && key.Id == id);
        Shares.Reset(new(id));
        Bans.Reset(id);
    }

    /// <summary>Loopback is never banned: behind a proxy on the same host it stands for everybody.</summary>
    public static bool CanBeBanned(IPAddress? address) =>
        address is not null && !IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
