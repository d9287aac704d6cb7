using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Servers;

internal static class ServerChildren
{
    /// <summary>
    /// Maps the columns and the foreign key. The key holds the tenant too, so that the database itself refuses a child
    /// of another tenant's server.
    /// </summary>
    public static ReferenceCollectionBuilder<ServerEntity, T> HasServer<T>(this EntityTypeBuilder<T> builder, string table)
        where T : class, IServerChild
    {
        builder.ToTable(table);
        builder.Property(x => x.TenantId).HasColumnName("tenant_id");
        builder.Property(x => x.ServerId).HasColumnName("server_id");
        return builder.HasOne<ServerEntity>()
            .WithMany()
            .HasForeignKey(nameof(IServerChild.TenantId), nameof(IServerChild.ServerId))
            .HasPrincipalKey(x => new { x.TenantId, x.Id })
            .HasConstraintName($"fk_{table}_server")
            .OnDelete(DeleteBehavior.Cascade);
    }

    /// <summary>
    /// Reads the children of some servers. The join gives the database both columns of the index even when the servers
    /// belong to several tenants.
    /// </summary>
    public static IQueryable<T> ChildrenOf<T>(this RegistryDbContext context, Guid[] serverIds)
        where T : class, IServerChild =>
        from server in context.Servers.AsNoTracking()
        where serverIds.Contains(server.Id)
        join child in context.Set<T>().AsNoTracking()
            on new { server.TenantId, server.Id } equals new { child.TenantId, Id = child.ServerId }
        select child;
}
