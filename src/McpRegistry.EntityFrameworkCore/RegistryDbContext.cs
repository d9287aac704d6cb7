using McpRegistry.EntityFrameworkCore.ApiKeys;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore;

/// <summary>The schema of the registry. Providers add column types and collations to it, never tables.</summary>
internal sealed partial class RegistryDbContext(DbContextOptions<RegistryDbContext> options) : DbContext(options)
{
    public DbSet<ServerEntity> Servers => Set<ServerEntity>();

    public DbSet<EndpointEntity> Endpoints => Set<EndpointEntity>();

    public DbSet<DiscoveryEntity> Discoveries => Set<DiscoveryEntity>();

    public DbSet<ApiKeyEntity> ApiKeys => Set<ApiKeyEntity>();

    public DbSet<RevisionEntity> Revisions => Set<RevisionEntity>();

    public DbSet<ChangeEntity> Changes => Set<ChangeEntity>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<string>().HaveConversion<StoredTextConverter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(RegistryDbContext).Assembly);
}
