using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Users;

/// <summary>The rows of <see cref="InMemoryUserStore"/> with their unique keys. Its owner holds the lock.</summary>
internal sealed class InMemoryUserTable
{
    private readonly Dictionary<Guid, User> _users = [];
    private readonly Dictionary<(TenantId Tenant, string Username), Guid> _usernames = [];
    private readonly Dictionary<(TenantId Tenant, string Email), Guid> _emails = [];
    private readonly Dictionary<(TenantId Tenant, string Provider, string Subject), Guid> _subjects = [];

    public IEnumerable<User> All => _users.Values;

    public User? Find(TenantId tenant, Guid id) => _users.TryGetValue(id, out var user) && user.Tenant == tenant ? user : null;

    public User? FindByUsername(TenantId tenant, string username) => Find(_usernames, (tenant, InMemoryName.Key(username)));

    public User? FindByEmail(TenantId tenant, string email) => Find(_emails, (tenant, InMemoryName.Key(email)));

    public User? FindBySubject(TenantId tenant, string provider, string subject) => Find(_subjects, (tenant, provider, subject));

    public string? FindConflict(User user, bool isNew) =>
        isNew && _users.ContainsKey(user.Id) ? "id"
        : IsTaken(_usernames, (user.Tenant, InMemoryName.Key(user.Username)), user.Id) ? "username"
        : IsTaken(_emails, (user.Tenant, InMemoryName.Key(user.Email)), user.Id) ? "email"
        : SubjectOf(user) is { } subject && IsTaken(_subjects, subject, user.Id) ? "authProviderId"
        : null;

    public void Put(User user)
    {
        _users[user.Id] = user;
        _usernames[(user.Tenant, InMemoryName.Key(user.Username))] = user.Id;
        _emails[(user.Tenant, InMemoryName.Key(user.Email))] = user.Id;
        if (SubjectOf(user) is { } subject)
        {
            _subjects[subject] = user.Id;
        }
    }

    public void Remove(User user)
    {
        _users.Remove(user.Id);
        _usernames.Remove((user.Tenant, InMemoryName.Key(user.Username)));
        _emails.Remove((user.Tenant, InMemoryName.Key(user.Email)));
        if (SubjectOf(user) is { } subject)
        {
            _subjects.Remove(subject);
        }
    }

    private static (TenantId Tenant, string Provider, string Subject)? SubjectOf(User user) =>
        user is { AuthProvider: { } provider, AuthProviderId: { } subject } ? (user.Tenant, provider, subject) : null;

    private static bool IsTaken<TKey>(Dictionary<TKey, Guid> index, TKey key, Guid owner)
        where TKey : notnull => index.TryGetValue(key, out var other) && other != owner;

    private User? Find<TKey>(Dictionary<TKey, Guid> index, TKey key)
        where TKey : notnull => index.TryGetValue(key, out var id) ? _users[id] : null;
}
