using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Discovery;

internal abstract class CatalogueEntityConfiguration<T>(string table, string keyColumn, bool hasMimeType) : IEntityTypeConfiguration<T>
    where T : CatalogueEntity
{
    public virtual void Configure(EntityTypeBuilder<T> builder)
    {
        builder.HasServer(table);
        builder.HasKey(x => x.Id).HasName($"pk_{table}");
        builder.HasIndex(x => new { x.TenantId, x.ServerId, x.KeyHash }).IsUnique().HasDatabaseName($"ux_{table}_key");

        builder.Property(x => x.Id).HasColumnName("id").ValueGeneratedNever();
        builder.Property(x => x.Key).HasColumnName(keyColumn).IsOrdinal();
        builder.Property(x => x.KeyHash).HasColumnName("key_hash");
        builder.Property(x => x.Ordinal).HasColumnName("ordinal");
        builder.Property(x => x.Title).HasColumnName("title");
        builder.Property(x => x.Description).HasColumnName("description");
        builder.Property(x => x.Json).HasColumnName("definition");
        if (hasMimeType)
        {
            builder.Property(x => x.MimeType).HasColumnName("mime_type");
        }
        else
        {
            builder.Ignore(x => x.MimeType);
        }
    }
}

internal sealed class ToolEntityConfiguration()
    : CatalogueEntityConfiguration<ToolEntity>("server_tools", "name", hasMimeType: false)
{
    public override void Configure(EntityTypeBuilder<ToolEntity> builder)
    {
        base.Configure(builder);

        // Over the hash of the name, because an upstream may send a name that is too long for a B-tree. The tenant comes before
        // the server: a search reads the rows of a tool within one tenant, and not those of all the others.
        builder.HasIndex(x => new { x.KeyHash, x.TenantId, x.ServerId }).HasDatabaseName("idx_server_tools_name_server");
        builder.HasIndex(x => new { x.TotalCalls, x.SuccessCount })
            .HasFilter("total_calls > 0")
            .HasDatabaseName("idx_server_tools_usage_stats");
        builder.HasIndex(x => new { x.KeyHash, x.SuccessCount, x.AvgExecutionTime, x.ServerId })
            .HasFilter("total_calls > 0")
            .HasDatabaseName("idx_tools_discovery_performance");
    }
}

// A URI is a template without variables; one column name lets one index name serve both tables.
internal sealed class ResourceEntityConfiguration()
    : CatalogueEntityConfiguration<ResourceEntity>("server_resources", "uri_template", hasMimeType: true)
{
    public override void Configure(EntityTypeBuilder<ResourceEntity> builder)
    {
        base.Configure(builder);
        builder.HasIndex(x => new { x.Key, x.ServerId }).HasDatabaseName("idx_server_resources_uri_server");
        builder.HasIndex(x => x.MimeType)
            .HasFilter("mime_type IS NOT NULL")
            .HasDatabaseName("idx_server_resources_mime_type");
    }
}

internal sealed class ResourceTemplateEntityConfiguration()
    : CatalogueEntityConfiguration<ResourceTemplateEntity>("server_resource_templates", "uri_template", hasMimeType: true);

internal sealed class PromptEntityConfiguration()
    : CatalogueEntityConfiguration<PromptEntity>("server_prompts", "name", hasMimeType: false)
{
    public override void Configure(EntityTypeBuilder<PromptEntity> builder)
    {
        base.Configure(builder);
        builder.HasIndex(x => new { x.KeyHash, x.TenantId, x.ServerId }).HasDatabaseName("ix_server_prompts_name");
    }
}
