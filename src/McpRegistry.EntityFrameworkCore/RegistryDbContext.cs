using McpRegistry.EntityFrameworkCore.AccessControl;
using McpRegistry.EntityFrameworkCore.Alerts;
using McpRegistry.EntityFrameworkCore.Analytics;
using McpRegistry.EntityFrameworkCore.ApiKeys;
using McpRegistry.EntityFrameworkCore.Auditing;
using McpRegistry.EntityFrameworkCore.Configuration;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Health;
using McpRegistry.EntityFrameworkCore.Limits;
using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.EntityFrameworkCore.Resilience;
using McpRegistry.EntityFrameworkCore.Routing;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Sessions;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tenancy;
using McpRegistry.EntityFrameworkCore.Users;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore;

/// <summary>The schema of the registry. Providers add column types and collations to it, never tables.</summary>
internal sealed partial class RegistryDbContext(DbContextOptions<RegistryDbContext> options) : DbContext(options)
{
    public DbSet<ServerEntity> Servers => Set<ServerEntity>();

    public DbSet<EndpointEntity> Endpoints => Set<EndpointEntity>();

    public DbSet<ServerTagEntity> ServerTags => Set<ServerTagEntity>();

    public DbSet<DiscoveryEntity> Discoveries => Set<DiscoveryEntity>();

    public DbSet<ApiKeyEntity> ApiKeys => Set<ApiKeyEntity>();

    public DbSet<TenantEntity> Tenants => Set<TenantEntity>();

    public DbSet<UserEntity> Users => Set<UserEntity>();

    public DbSet<GatewaySessionEntity> Sessions => Set<GatewaySessionEntity>();

    public DbSet<AccessRuleEntity> AccessRules => Set<AccessRuleEntity>();

    public DbSet<RoutingRuleEntity> RoutingRules => Set<RoutingRuleEntity>();

    public DbSet<CircuitBreakerEntity> CircuitBreakers => Set<CircuitBreakerEntity>();

    public DbSet<ConnectionPoolEntity> ConnectionPools => Set<ConnectionPoolEntity>();

    public DbSet<RequestQueueEntity> RequestQueues => Set<RequestQueueEntity>();

    public DbSet<AuditEventEntity> AuditEvents => Set<AuditEventEntity>();

    public DbSet<AuditChainEntity> AuditChains => Set<AuditChainEntity>();

    public DbSet<AuditSinkEntity> AuditSinks => Set<AuditSinkEntity>();

    public DbSet<RequestLogEntity> RequestLogs => Set<RequestLogEntity>();

    public DbSet<ServerMetricEntity> ServerMetrics => Set<ServerMetricEntity>();

    public DbSet<HealthCheckEntity> HealthChecks => Set<HealthCheckEntity>();

    public DbSet<SystemConfigEntity> SystemConfigs => Set<SystemConfigEntity>();

    public DbSet<RetentionPolicyEntity> RetentionPolicies => Set<RetentionPolicyEntity>();

    public DbSet<MaterializedViewEntity> MaterializedViews => Set<MaterializedViewEntity>();

    public DbSet<PerformanceAlertEntity> PerformanceAlerts => Set<PerformanceAlertEntity>();

    public DbSet<QuotaWindowEntity> QuotaWindows => Set<QuotaWindowEntity>();

    public DbSet<RevisionEntity> Revisions => Set<RevisionEntity>();

    public DbSet<ChangeEntity> Changes => Set<ChangeEntity>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<string>().HaveConversion<StoredTextConverter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(RegistryDbContext).Assembly);
        ModelNames.Apply(modelBuilder.Model);
    }
}
