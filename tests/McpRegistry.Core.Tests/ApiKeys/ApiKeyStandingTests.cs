using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

/// <summary>Tenant, owner and address.</summary>
public sealed class ApiKeyStandingTests : IAsyncDisposable
{
    private readonly KeyWorld _keys = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _keys.DisposeAsync();

    [Theory]
    [InlineData(TenantStatus.Active, ApiKeyFailure.None)]
    [InlineData(TenantStatus.Suspended, ApiKeyFailure.TenantSuspended)]
    [InlineData(TenantStatus.Disabled, ApiKeyFailure.TenantDisabled)]
    public async Task ValidateAsync_StatusOfTheTenant_Decides(TenantStatus status, ApiKeyFailure expected)
    {
        var tenant = await _keys.AddTenantAsync(status);
        var (text, _) = await _keys.IssueAsync(key => key with { Tenant = tenant });

        Assert.Equal(expected, await _keys.FailureAsync(text));
        Assert.Equal(expected, await _keys.FailureAsync(text));
        Assert.Equal(1, _keys.Store.LookUps);
    }

    [Fact]
    public async Task ValidateAsync_WarmKeyWhoseTenantIsSuspendedThenDeleted_IsRefusedByEveryReplica()
    {
        var tenant = await _keys.AddTenantAsync();
        var (text, _) = await _keys.IssueAsync(key => key with { Tenant = tenant });
        await using var other = _keys.Join();
        Assert.Equal((ApiKeyFailure.None, ApiKeyFailure.None), (await _keys.FailureAsync(text), await other.FailureAsync(text)));

        var row = (await _keys.Tenants.FindAsync(tenant, Cancellation))!;
        await _keys.Tenants.UpdateAsync(row with { Status = TenantStatus.Suspended }, null, Cancellation);
        await _keys.FollowAsync();
        await other.FollowAsync();
        Assert.Equal(ApiKeyFailure.TenantSuspended, await _keys.FailureAsync(text));
        Assert.Equal(ApiKeyFailure.TenantSuspended, await other.FailureAsync(text));

        await _keys.Tenants.DeleteAsync(tenant, null, null, Cancellation);
        await other.FollowAsync();
        Assert.Equal(ApiKeyFailure.TenantUnknown, await other.FailureAsync(text));
    }

    [Fact]
    public async Task ValidateAsync_Owner_GivesHisRoleUntilHeIsDeactivatedOrDeleted()
    {
        var tenant = await _keys.AddTenantAsync();
        var owner = await _keys.AddUserAsync(tenant, UserRole.ServerOwner);
        var (text, _) = await _keys.IssueAsync(key => key with { Tenant = tenant, Owner = owner.Id });
        var grant = (await _keys.TryAsync(text)).Grant!;
        Assert.Equal(UserRole.ServerOwner, grant.OwnerRole);
        Assert.Same(grant, (await _keys.TryAsync(text)).Grant);
        var caller = Caller.Of(grant);
        Assert.Equal((owner.Id, UserRole.ServerOwner), (caller.UserId, caller.Role));

        owner = (await _keys.Users.UpdateAsync(tenant, owner with { Role = UserRole.ReadOnly }, null, Cancellation)).Value!;
        await _keys.FollowAsync();
        Assert.Equal(UserRole.ReadOnly, (await _keys.TryAsync(text)).Grant!.OwnerRole);

        await _keys.Users.UpdateAsync(tenant, owner with { IsActive = false }, null, Cancellation);
        await _keys.FollowAsync();
        Assert.Equal(ApiKeyFailure.OwnerInactive, await _keys.FailureAsync(text));

        await _keys.Users.DeleteAsync(tenant, owner.Id, null, Cancellation);
        await _keys.FollowAsync();
        Assert.Equal(ApiKeyFailure.OwnerUnknown, await _keys.FailureAsync(text));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("::ffff:203.0.113.0/120", "203.0.113.7", true)]
    [InlineData("203.0.113.0/24", "::ffff:203.0.113.255", true)]
    [InlineData("203.0.113.0/24", "203.0.114.0", false)]
    [InlineData("0.0.0.0/0", "198.51.100.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "198.51.100.1", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/33", "2001:db8:ffff::1", false)]
    [InlineData("2001:db8::1", "2001:db8::2", false)]
    [InlineData("nonsense", "203.0.113.7", false)]
    [InlineData("10.1", "10.0.0.1", false)]
    public async Task ValidateAsync_AddressList_Decides(string entry, string address, bool expected)
    {
        var (text, _) = await _keys.IssueAsync(key => key with { AllowedAddresses = ["192.0.2.1", entry] });

        Assert.Equal(expected ? ApiKeyFailure.None : ApiKeyFailure.AddressNotAllowed, await _keys.FailureAsync(text, IPAddress.Parse(address)));
        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(text, IPAddress.Parse("192.0.2.1")));
        Assert.Equal(ApiKeyFailure.AddressNotAllowed, (await _keys.Validator.ValidateAsync(text, null, Cancellation)).Failure);
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("::1", true)]
    [InlineData("10.0.0.1/8", false)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("10.0.0.0/+8", false)]
    [InlineData("10.0.0.0/", false)]
    [InlineData("0x0a.1", false)]
    [InlineData("010.0.0.1", false)]
    [InlineData("[::1]", false)]
    [InlineData("fe80::1%eth0", false)]
    [InlineData("", false)]
    public void IsEntry_Text_TellsWhatCanBeMeant(string text, bool expected) => Assert.Equal(expected, AddressList.IsEntry(text));
}
