using McpRegistry.AccessControl;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.AccessControl;

internal static class AccessRuleMapper
{
    public static AccessRuleEntity ToEntity(TenantId tenant, AccessRule rule)
    {
        var subject = Check(rule.Subject);
        return new AccessRuleEntity
        {
            Id = rule.Id,
            TenantId = tenant.Value,
            ServerId = rule.ServerId,
            UserId = subject.Kind == AccessSubjectKind.User ? subject.Id : null,
            SubjectTenantId = subject.Kind == AccessSubjectKind.Tenant ? subject.Id : null,
            ApiKeyId = subject.Kind == AccessSubjectKind.ApiKey ? subject.Id : null,
            CanRead = rule.Permissions.HasFlag(AccessPermissions.Read),
            CanWrite = rule.Permissions.HasFlag(AccessPermissions.Write),
            CanAdmin = rule.Permissions.HasFlag(AccessPermissions.Admin),
            CanProxy = rule.Permissions.HasFlag(AccessPermissions.Proxy),
            AllowedMethods = rule.AllowedMethods.IsDefault ? [] : [.. rule.AllowedMethods],
            DeniedMethods = rule.DeniedMethods.IsDefault ? [] : [.. rule.DeniedMethods],
            AllowedDays = rule.AllowedDays.IsDefault ? [] : [.. rule.AllowedDays],
            AllowedHours = rule.AllowedHours.IsDefault ? [] : [.. rule.AllowedHours],
            TimeZone = rule.TimeZone,
            AccessStartTime = StoredTime.Normalize(rule.StartsAt),
            AccessEndTime = StoredTime.Normalize(rule.EndsAt),
            IsActive = rule.IsActive,
            CreatedAt = StoredTime.Normalize(rule.CreatedAt),
            UpdatedAt = StoredTime.Normalize(rule.UpdatedAt),
            Version = rule.Version,
        };
    }

    public static AccessRule ToRecord(AccessRuleEntity entity) => new()
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        ServerId = entity.ServerId,
        Subject = ToSubject(entity),
        Permissions = (entity.CanRead ? AccessPermissions.Read : AccessPermissions.None)
            | (entity.CanWrite ? AccessPermissions.Write : AccessPermissions.None)
            | (entity.CanAdmin ? AccessPermissions.Admin : AccessPermissions.None)
            | (entity.CanProxy ? AccessPermissions.Proxy : AccessPermissions.None),
        AllowedMethods = [.. entity.AllowedMethods],
        DeniedMethods = [.. entity.DeniedMethods],
        AllowedDays = [.. entity.AllowedDays],
        AllowedHours = [.. entity.AllowedHours],
        TimeZone = entity.TimeZone,
        StartsAt = entity.AccessStartTime,
        EndsAt = entity.AccessEndTime,
        IsActive = entity.IsActive,
        LastAccess = entity.LastAccess,
        AccessCount = entity.AccessCount,
        CreatedAt = entity.CreatedAt,
        UpdatedAt = entity.UpdatedAt,
        Version = entity.Version,
    };

    /// <exception cref="ArgumentException">The subject is nobody.</exception>
    public static AccessSubject Check(AccessSubject subject) =>
        subject.Kind is AccessSubjectKind.User or AccessSubjectKind.Tenant or AccessSubjectKind.ApiKey
            ? subject
            : throw new ArgumentException("The rule is about nobody.", nameof(subject));

    private static AccessSubject ToSubject(AccessRuleEntity entity) => entity switch
    {
        { UserId: { } id } => AccessSubject.ForUser(id),
        { SubjectTenantId: { } id } => AccessSubject.ForTenant(new TenantId(id)),
        { ApiKeyId: { } id } => AccessSubject.ForApiKey(id),
        _ => default,
    };
}
