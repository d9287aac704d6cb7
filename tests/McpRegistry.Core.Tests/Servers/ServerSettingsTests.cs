using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Servers;

public sealed class ServerSettingsTests
{
    private static readonly TenantId Acme = new(Guid.CreateVersion7());

    [Fact]
    public void Find_Alias_IsThatOfTheGlobalTenantOnly()
    {
        var settings = new ServerSettings<string>([new("Payments", "global"), new($"{Acme}/payments", "acme")]);

        Assert.Equal("global", settings.Find(SampleServers.Of("payments")));
        Assert.Equal("acme", settings.Find(SampleServers.Of("payments", tenant: Acme)));
        Assert.Null(settings.Find(SampleServers.Of("payments", tenant: new TenantId(Guid.CreateVersion7()))));
        Assert.Null(settings.Find(SampleServers.Of("other")));
    }

    [Fact]
    public void Find_Id_ComesBeforeTheAlias()
    {
        var server = SampleServers.Of("payments", tenant: Acme);
        var settings = new ServerSettings<string>([new($"{Acme}/payments", "alias"), new(server.Id.ToString().ToUpperInvariant(), "id")]);

        Assert.Equal("id", settings.Find(server));
        Assert.Equal("alias", settings.Find(SampleServers.Of("payments", tenant: Acme)));
    }

    [Theory]
    [InlineData("payments", true)]
    [InlineData("0198c9a0-0000-7000-8000-000000000001", true)]
    [InlineData("0198c9a0-0000-7000-8000-000000000001/payments", true)]
    [InlineData("00000000-0000-0000-0000-000000000000/payments", true)]
    [InlineData("", false)]
    [InlineData("/payments", false)]
    [InlineData("acme/payments", false)]
    [InlineData("pay ments", false)]
    [InlineData("0198c9a0-0000-7000-8000-000000000001/", false)]
    public void TryParse_Key_TakesIdsAndAliases(string text, bool isKey) => Assert.Equal(isKey, ServerKey.TryParse(text, out _));
}
