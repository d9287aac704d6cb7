using McpRegistry.Storage;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>The columns of <see cref="ChangeEntity"/> that are enums here.</summary>
internal static class ChangeText
{
    public static string Write(RegistryChangeKind kind) => EnumText<RegistryChangeKind>.Write(kind);

    public static string Write(RegistryChangeOperation operation) => EnumText<RegistryChangeOperation>.Write(operation);

    public static RegistryChange ToRecord(ChangeEntity entity) => new()
    {
        Revision = entity.Revision,
        Tenant = new(entity.TenantId),

        // While replicas are upgraded one by one, a new one may write what this version has no name for.
        Kind = EnumText<RegistryChangeKind>.TryRead(entity.Kind, out var kind) ? kind : RegistryChangeKind.Other,
        Id = entity.EntityId,
        Operation = EnumText<RegistryChangeOperation>.TryRead(entity.Operation, out var operation) ? operation : RegistryChangeOperation.Saved,
        OccurredAt = entity.OccurredAt,
    };
}
