using System.Collections.Concurrent;
using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Users;

/// <summary>
/// The users whom identity providers vouch for, by issuer and subject. Up to <see cref="Capacity"/> answers of the store are
/// remembered, also that there is no such user; what any replica changes is forgotten at once.
/// </summary>
internal sealed class ExternalUsers(IUserStore store, LookupLimit limit, TimeProvider time) : IChangeHandler
{
    public const int Capacity = 10_000;

    // Only bounds what a broken change feed can do.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Identity, Entry> _entries = [];
    private readonly ConcurrentDictionary<Guid, Identity> _identities = [];

    // Both tables change together: an entry without its identity would hear of no change.
    private readonly Lock _changing = new();
    private long _epoch;

    public ChangePrecedence Precedence => ChangePrecedence.Callers;

    /// <summary>Finds a user, whether active or not; null when the tenant has none of this identity.</summary>
    /// <exception cref="TimeoutException">The store took longer than <see cref="ApiKeyOptions.LookupTimeout"/>.</exception>
    public ValueTask<User?> FindAsync(TenantId tenant, string issuer, string subject, CancellationToken cancellationToken)
    {
        var identity = new Identity(tenant, issuer, subject);

        // Which user a change adds is only known when the store is asked, so any change ends what is known of missing ones.
        return _entries.TryGetValue(identity, out var entry) && entry.Until > time.GetUtcNow()
            && (entry.User is not null || entry.Epoch == Interlocked.Read(ref _epoch))
                ? new(entry.User)
                : AskStoreAsync(identity, cancellationToken);
    }

    public ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        if (change.Kind == RegistryChangeKind.User)
        {
            Interlocked.Increment(ref _epoch);
            lock (_changing)
            {
                if (_identities.TryRemove(change.Id, out var identity))
                {
                    _entries.TryRemove(identity, out _);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _epoch);
        Clear();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<User?> AskStoreAsync(Identity identity, CancellationToken cancellationToken)
    {
        var epoch = Interlocked.Read(ref _epoch);
        var user = await limit.AskAsync(
            token => store.FindByExternalIdAsync(identity.Tenant, identity.Issuer, identity.Subject, token), cancellationToken).ConfigureAwait(false);
        lock (_changing)
        {
            if (_entries.Count >= Capacity)
            {
                Clear();
            }

            if (user is not null)
            {
                _identities[user.Id] = identity;
            }

            _entries[identity] = new Entry(user, epoch, time.GetUtcNow() + Lifetime);
        }

        if (epoch != Interlocked.Read(ref _epoch))
        {
            // Something changed while the row was read, and it may have been this row.
            _entries.TryRemove(identity, out _);
        }

        return user;
    }

    private void Clear()
    {
        lock (_changing)
        {
            _entries.Clear();
            _identities.Clear();
        }
    }

    private readonly record struct Identity(TenantId Tenant, string Issuer, string Subject);

    private sealed record Entry(User? User, long Epoch, DateTimeOffset Until);
}
