using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>
/// Chooses other kinds of index where a B-tree will not do: it takes no value of more than 2.7 kB, and upstreams choose
/// the length of these; and it cannot search inside a text.
/// </summary>
internal static class PostgreSqlIndexes
{
    public static void Customize(ModelBuilder model)
    {
        model.HasPostgresExtension("pg_trgm");
        Replace(model.Entity<ResourceEntity>(), "idx_server_resources_uri_server", nameof(ResourceEntity.Key))
            .HasMethod("gin")
            .HasOperators("gin_trgm_ops");
        model.Entity<ResourceTemplateEntity>().HasIndex(x => x.Key, "ix_server_resource_templates_uri")
            .HasMethod("gin")
            .HasOperators("gin_trgm_ops");
        model.Entity<ServerEntity>().HasIndex(x => x.NameKey, "ix_mcp_servers_name_text")
            .HasMethod("gin")
            .HasOperators("gin_trgm_ops");
        model.Entity<ServerEntity>().HasIndex(x => x.DescriptionKey, "ix_mcp_servers_description_text")
            .HasMethod("gin")
            .HasOperators("gin_trgm_ops");
        Replace(model.Entity<ResourceEntity>(), "idx_server_resources_mime_type", nameof(ResourceEntity.MimeType))
            .HasFilter("mime_type IS NOT NULL")
            .HasMethod("hash");
        Replace(model.Entity<EndpointEntity>(), "idx_mcp_servers_endpoint_transport", nameof(EndpointEntity.EndpointUrl))
            .HasMethod("hash");
    }

    private static IndexBuilder<T> Replace<T>(EntityTypeBuilder<T> builder, string name, string property)
        where T : class
    {
        var index = builder.Metadata.GetDeclaredIndexes().Single(index => index.GetDatabaseName() == name);
        builder.Metadata.RemoveIndex(index);
        return builder.HasIndex([property], name);
    }
}
