using System.Collections.Immutable;
using McpRegistry.Servers;

namespace McpRegistry.EntityFrameworkCore.Servers;

internal static class EndpointMapper
{
    public static EndpointEntity ToEntity(Guid tenantId, Guid serverId, ServerEndpoint endpoint, int ordinal)
    {
        var entity = new EndpointEntity { Id = endpoint.Id, TenantId = tenantId, ServerId = serverId };
        Apply(entity, endpoint, ordinal);
        return entity;
    }

    public static void Apply(EndpointEntity entity, ServerEndpoint endpoint, int ordinal)
    {
        entity.Ordinal = ordinal;
        entity.TransportType = endpoint.Transport;
        entity.EndpointUrl = endpoint.Url;
        entity.Command = endpoint.Command;
        entity.Arguments = endpoint.Arguments.IsDefault ? [] : [.. endpoint.Arguments];

        // Sorted, so that an unchanged set of variables is recognised as unchanged.
        entity.Environment = endpoint.Environment
            .OrderBy(variable => variable.Key, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        entity.WorkingDirectory = endpoint.WorkingDirectory;
        entity.Weight = endpoint.Weight;
        entity.Zone = endpoint.Zone;
        entity.ProtocolEra = endpoint.Era;
    }

    public static ServerEndpoint ToRecord(EndpointEntity entity) => new()
    {
        Id = entity.Id,
        Transport = entity.TransportType,
        Url = entity.EndpointUrl,
        Command = entity.Command,
        Arguments = [.. entity.Arguments],
        Environment = entity.Environment.ToImmutableDictionary(StringComparer.Ordinal),
        WorkingDirectory = entity.WorkingDirectory,
        Weight = entity.Weight,
        Zone = entity.Zone,
        Era = entity.ProtocolEra,
    };
}
