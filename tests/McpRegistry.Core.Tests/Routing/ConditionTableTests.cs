using System.Net;
using System.Reflection;
using System.Text;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Protocol;
using McpRegistry.Routing.Conditions;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

/// <summary>Each field with each of its operators, where it holds and where it does not.</summary>
public sealed class ConditionTableTests
{
    private static readonly TenantId Tenant = new(new Guid("00000000-0000-0000-0000-0000000000a1"));

    [Theory]
    [InlineData("method", "equals", "\"tools/call\"", true)]
    [InlineData("method", "equals", "\"tools/list\"", false)]
    [InlineData("method", "not_equals", "\"tools/list\"", true)]
    [InlineData("method", "not_equals", "\"tools/call\"", false)]
    [InlineData("method", "in", "[\"prompts/get\",\"tools/call\"]", true)]
    [InlineData("method", "not_in", "[\"prompts/get\",\"tools/call\"]", false)]
    [InlineData("method", "starts_with", "\"tools/\"", true)]
    [InlineData("method", "ends_with", "\"/list\"", false)]
    [InlineData("method", "contains", "\"s/c\"", true)]
    [InlineData("method", "regex", "\"^(tools|prompts)/\"", true)]
    [InlineData("method", "in", "[\"prompts/get\"]", false)]
    [InlineData("method", "not_in", "[\"prompts/get\"]", true)]
    [InlineData("method", "starts_with", "\"prompts/\"", false)]
    [InlineData("method", "ends_with", "\"/call\"", true)]
    [InlineData("method", "contains", "\"list\"", false)]
    [InlineData("method", "regex", "\"^prompts/\"", false)]
    [InlineData("tool", "equals", "\"search\"", true)]
    [InlineData("tool", "equals", "\"Search\"", false)]
    [InlineData("tool", "not_equals", "\"fetch\"", true)]
    [InlineData("tool", "in", "[\"fetch\"]", false)]
    [InlineData("tool", "not_in", "[\"fetch\"]", true)]
    [InlineData("tool", "contains", "\"ear\"", true)]
    [InlineData("tool", "starts_with", "\"se\"", true)]
    [InlineData("tool", "ends_with", "\"se\"", false)]
    [InlineData("tool", "regex", "\"^s.*h$\"", true)]
    [InlineData("tool", "regex", "\"^s.h$\"", false)]
    [InlineData("tool", "not_equals", "\"search\"", false)]
    [InlineData("tool", "in", "[\"fetch\",\"search\"]", true)]
    [InlineData("tool", "not_in", "[\"fetch\",\"search\"]", false)]
    [InlineData("tool", "contains", "\"EAR\"", false)]
    [InlineData("tool", "starts_with", "\"ea\"", false)]
    [InlineData("tool", "ends_with", "\"rch\"", true)]
    [InlineData("prompt", "equals", "\"search\"", false)]
    [InlineData("prompt", "not_equals", "\"search\"", true)]
    [InlineData("prompt", "regex", "\".*\"", false)]
    [InlineData("prompt", "in", "[\"search\"]", false)]
    [InlineData("prompt", "not_in", "[\"search\"]", true)]
    [InlineData("prompt", "contains", "\"s\"", false)]
    [InlineData("prompt", "starts_with", "\"s\"", false)]
    [InlineData("prompt", "ends_with", "\"h\"", false)]
    [InlineData("resource", "starts_with", "\"\"", false)]
    [InlineData("resource", "not_in", "[\"file:///a\"]", true)]
    [InlineData("resource", "equals", "\"search\"", false)]
    [InlineData("resource", "not_equals", "\"search\"", true)]
    [InlineData("resource", "in", "[\"search\"]", false)]
    [InlineData("resource", "contains", "\"s\"", false)]
    [InlineData("resource", "ends_with", "\"h\"", false)]
    [InlineData("resource", "regex", "\".*\"", false)]
    [InlineData("server", "equals", "\"github\"", true)]
    [InlineData("server", "not_equals", "\"github\"", false)]
    [InlineData("server", "contains", "\"hub\"", true)]
    [InlineData("server", "equals", "\"GitHub\"", false)]
    [InlineData("server", "not_equals", "\"gitlab\"", true)]
    [InlineData("server", "in", "[\"gitlab\",\"github\"]", true)]
    [InlineData("server", "in", "[\"gitlab\"]", false)]
    [InlineData("server", "not_in", "[\"gitlab\"]", true)]
    [InlineData("server", "not_in", "[\"github\"]", false)]
    [InlineData("server", "contains", "\"lab\"", false)]
    [InlineData("server", "starts_with", "\"git\"", true)]
    [InlineData("server", "starts_with", "\"hub\"", false)]
    [InlineData("server", "ends_with", "\"hub\"", true)]
    [InlineData("server", "ends_with", "\"git\"", false)]
    [InlineData("server", "regex", "\"^git(hub|lab)$\"", true)]
    [InlineData("server", "regex", "\"^hub\"", false)]
    [InlineData("tag", "equals", "\"eu\"", true)]
    [InlineData("tag", "equals", "\"us\"", false)]
    [InlineData("tag", "in", "[\"us\",\"gpu\"]", true)]
    [InlineData("tag", "not_equals", "\"eu\"", false)]
    [InlineData("tag", "not_in", "[\"us\"]", true)]
    [InlineData("tag", "starts_with", "\"g\"", true)]
    [InlineData("tag", "in", "[\"us\",\"cpu\"]", false)]
    [InlineData("tag", "not_equals", "\"us\"", true)]
    [InlineData("tag", "not_in", "[\"us\",\"gpu\"]", false)]
    [InlineData("tag", "starts_with", "\"u\"", false)]
    [InlineData("tag", "contains", "\"p\"", true)]
    [InlineData("tag", "contains", "\"x\"", false)]
    [InlineData("tag", "ends_with", "\"pu\"", true)]
    [InlineData("tag", "ends_with", "\"e\"", false)]
    [InlineData("tag", "regex", "\"^.pu$\"", true)]
    [InlineData("tag", "regex", "\"^.$\"", false)]
    [InlineData("transport", "equals", "\"streamable_http\"", true)]
    [InlineData("transport", "in", "[\"stdio\",\"websocket\"]", false)]
    [InlineData("transport", "not_equals", "\"stdio\"", true)]
    [InlineData("transport", "not_in", "[\"streamable_http\"]", false)]
    [InlineData("transport", "equals", "\"stdio\"", false)]
    [InlineData("transport", "in", "[\"stdio\",\"streamable_http\"]", true)]
    [InlineData("transport", "not_equals", "\"streamable_http\"", false)]
    [InlineData("transport", "not_in", "[\"stdio\",\"sse\"]", true)]
    [InlineData("tenant", "equals", "\"00000000-0000-0000-0000-0000000000a1\"", true)]
    [InlineData("tenant", "not_equals", "\"00000000-0000-0000-0000-0000000000a1\"", false)]
    [InlineData("tenant", "in", "[\"00000000-0000-0000-0000-0000000000a2\"]", false)]
    [InlineData("tenant", "not_in", "[\"00000000-0000-0000-0000-0000000000a2\"]", true)]
    [InlineData("tenant", "equals", "\"00000000-0000-0000-0000-0000000000a2\"", false)]
    [InlineData("tenant", "not_equals", "\"00000000-0000-0000-0000-0000000000a2\"", true)]
    [InlineData("tenant", "in", "[\"00000000-0000-0000-0000-0000000000a2\",\"00000000-0000-0000-0000-0000000000a1\"]", true)]
    [InlineData("tenant", "not_in", "[\"00000000-0000-0000-0000-0000000000a1\"]", false)]
    [InlineData("user", "equals", "\"00000000-0000-0000-0000-0000000000b1\"", true)]
    [InlineData("user", "not_equals", "\"00000000-0000-0000-0000-0000000000b2\"", true)]
    [InlineData("user", "in", "[\"00000000-0000-0000-0000-0000000000b1\"]", true)]
    [InlineData("user", "not_in", "[\"00000000-0000-0000-0000-0000000000b1\"]", false)]
    [InlineData("user", "equals", "\"00000000-0000-0000-0000-0000000000b2\"", false)]
    [InlineData("user", "not_equals", "\"00000000-0000-0000-0000-0000000000b1\"", false)]
    [InlineData("user", "in", "[\"00000000-0000-0000-0000-0000000000b2\"]", false)]
    [InlineData("user", "not_in", "[\"00000000-0000-0000-0000-0000000000b2\"]", true)]
    [InlineData("key", "equals", "\"00000000-0000-0000-0000-0000000000c1\"", true)]
    [InlineData("key", "equals", "\"00000000-0000-0000-0000-0000000000b1\"", false)]
    [InlineData("key", "not_in", "[\"00000000-0000-0000-0000-0000000000c1\"]", false)]
    [InlineData("key", "not_equals", "\"00000000-0000-0000-0000-0000000000c2\"", true)]
    [InlineData("key", "not_equals", "\"00000000-0000-0000-0000-0000000000c1\"", false)]
    [InlineData("key", "in", "[\"00000000-0000-0000-0000-0000000000c2\",\"00000000-0000-0000-0000-0000000000c1\"]", true)]
    [InlineData("key", "in", "[\"00000000-0000-0000-0000-0000000000c2\"]", false)]
    [InlineData("key", "not_in", "[\"00000000-0000-0000-0000-0000000000c2\"]", true)]
    [InlineData("role", "equals", "\"server_owner\"", true)]
    [InlineData("role", "not_equals", "\"server_owner\"", false)]
    [InlineData("role", "in", "[\"admin\",\"server_owner\"]", true)]
    [InlineData("role", "not_in", "[\"admin\"]", true)]
    [InlineData("role", "equals", "\"admin\"", false)]
    [InlineData("role", "not_equals", "\"admin\"", true)]
    [InlineData("role", "in", "[\"admin\",\"user\"]", false)]
    [InlineData("role", "not_in", "[\"admin\",\"server_owner\"]", false)]
    [InlineData("address", "equals", "\"10.1.2.3\"", true)]
    [InlineData("address", "not_equals", "\"10.1.2.3\"", false)]
    [InlineData("address", "in", "[\"10.1.2.4\",\"10.1.2.3\"]", true)]
    [InlineData("address", "not_in", "[\"10.1.2.4\"]", true)]
    [InlineData("address", "cidr", "\"10.1.0.0/16\"", true)]
    [InlineData("address", "cidr", "[\"10.2.0.0/16\",\"2001:db8::/32\"]", false)]
    [InlineData("address", "equals", "\"10.1.2.4\"", false)]
    [InlineData("address", "not_equals", "\"10.1.2.4\"", true)]
    [InlineData("address", "in", "[\"10.1.2.4\"]", false)]
    [InlineData("address", "not_in", "[\"10.1.2.3\"]", false)]
    [InlineData("size", "equals", "300", true)]
    [InlineData("size", "not_equals", "300", false)]
    [InlineData("size", "in", "[1,300]", true)]
    [InlineData("size", "not_in", "[1,300]", false)]
    [InlineData("size", "gt", "299", true)]
    [InlineData("size", "gt", "300", false)]
    [InlineData("size", "lt", "301", true)]
    [InlineData("size", "lt", "300", false)]
    [InlineData("size", "equals", "301", false)]
    [InlineData("size", "not_equals", "301", true)]
    [InlineData("size", "in", "[1,301]", false)]
    [InlineData("size", "not_in", "[1,301]", true)]
    public void Of_EachOperator_ComparesTheField(string field, string comparison, string value, bool expected) =>
        Check($$"""{"field":"{{field}}","operator":"{{comparison}}","value":{{value}}}""", expected);

    [Theory]
    [InlineData("prompt", "equals", "\"greet-all\"", true)]
    [InlineData("prompt", "equals", "\"GREET-ALL\"", false)]
    [InlineData("prompt", "not_equals", "\"x\"", true)]
    [InlineData("prompt", "not_equals", "\"greet-all\"", false)]
    [InlineData("prompt", "in", "[\"x\",\"greet-all\"]", true)]
    [InlineData("prompt", "in", "[\"x\"]", false)]
    [InlineData("prompt", "not_in", "[\"x\"]", true)]
    [InlineData("prompt", "not_in", "[\"x\",\"greet-all\"]", false)]
    [InlineData("prompt", "contains", "\"eet-\"", true)]
    [InlineData("prompt", "contains", "\"x\"", false)]
    [InlineData("prompt", "starts_with", "\"gree\"", true)]
    [InlineData("prompt", "starts_with", "\"all\"", false)]
    [InlineData("prompt", "ends_with", "\"all\"", true)]
    [InlineData("prompt", "ends_with", "\"gree\"", false)]
    [InlineData("prompt", "regex", "\"^gree.*all$\"", true)]
    [InlineData("prompt", "regex", "\"^all\"", false)]
    [InlineData("resource", "equals", "\"file:///a/b.md\"", true)]
    [InlineData("resource", "equals", "\"FILE:///A/B.MD\"", false)]
    [InlineData("resource", "not_equals", "\"x\"", true)]
    [InlineData("resource", "not_equals", "\"file:///a/b.md\"", false)]
    [InlineData("resource", "in", "[\"x\",\"file:///a/b.md\"]", true)]
    [InlineData("resource", "in", "[\"x\"]", false)]
    [InlineData("resource", "not_in", "[\"x\"]", true)]
    [InlineData("resource", "not_in", "[\"x\",\"file:///a/b.md\"]", false)]
    [InlineData("resource", "contains", "\"le:/\"", true)]
    [InlineData("resource", "contains", "\"x\"", false)]
    [InlineData("resource", "starts_with", "\"file\"", true)]
    [InlineData("resource", "starts_with", "\".md\"", false)]
    [InlineData("resource", "ends_with", "\".md\"", true)]
    [InlineData("resource", "ends_with", "\"file\"", false)]
    [InlineData("resource", "regex", "\"^file.*[.]md$\"", true)]
    [InlineData("resource", "regex", "\"^.md\"", false)]
    public void Of_ItemOfItsOwnKind_ComparesTheItem(string field, string comparison, string value, bool expected)
    {
        var facts = field == "prompt"
            ? Facts() with { Method = McpMethod.PromptsGet, Item = "greet-all", ItemField = RouteField.Prompt }
            : Facts() with { Method = McpMethod.ResourcesRead, Item = "file:///a/b.md", ItemField = RouteField.Resource };

        Check($$"""{"field":"{{field}}","operator":"{{comparison}}","value":{{value}}}""", expected, facts);
    }

    [Theory]
    [InlineData("X-Region", "equals", "\"eu-1\"", true)]
    [InlineData("x-region", "equals", "\"eu-1\"", true)]
    [InlineData("X-Region", "equals", "\"EU-1\"", false)]
    [InlineData("X-Region", "not_equals", "\"eu-1\"", false)]
    [InlineData("X-Region", "not_equals", "\"eu-2\"", true)]
    [InlineData("X-Region", "in", "[\"eu-1\"]", true)]
    [InlineData("X-Region", "not_in", "[\"eu-1\"]", false)]
    [InlineData("X-Region", "contains", "\"-\"", true)]
    [InlineData("X-Region", "starts_with", "\"eu\"", true)]
    [InlineData("X-Region", "ends_with", "\"2\"", false)]
    [InlineData("X-Region", "regex", "\"^eu-[0-9]$\"", true)]
    [InlineData("X-Other", "equals", "\"\"", false)]
    [InlineData("X-Other", "not_equals", "\"a\"", true)]
    [InlineData("X-Region", "in", "[\"eu-2\"]", false)]
    [InlineData("X-Region", "not_in", "[\"eu-2\"]", true)]
    [InlineData("X-Region", "contains", "\"us\"", false)]
    [InlineData("X-Region", "starts_with", "\"-1\"", false)]
    [InlineData("X-Region", "ends_with", "\"-1\"", true)]
    [InlineData("X-Region", "regex", "\"^[0-9]\"", false)]
    [InlineData("X-Other", "not_in", "[\"a\"]", true)]
    [InlineData("X-Other", "regex", "\".*\"", false)]
    public void Of_Header_ComparesWhatWasSent(string name, string comparison, string value, bool expected) =>
        Check($$"""{"field":"header","name":"{{name}}","operator":"{{comparison}}","value":{{value}}}""", expected);

    // It is a Tuesday, 22:30 in UTC, and half past midnight on Wednesday in Berlin.
    [Theory]
    [InlineData("time", "in", "[\"22:00-23:00\"]", "UTC", true)]
    [InlineData("time", "in", "[\"22:31-24:00\"]", "UTC", false)]
    [InlineData("time", "in", "[\"08:00-09:00\",\"22:30-22:31\"]", "UTC", true)]
    [InlineData("time", "in", "[\"22:00-22:30\"]", "UTC", false)]
    [InlineData("time", "in", "[\"22:00-06:00\"]", "Europe/Berlin", true)]
    [InlineData("time", "not_in", "[\"22:00-06:00\"]", "Europe/Berlin", false)]
    [InlineData("time", "gt", "\"22:29\"", "UTC", true)]
    [InlineData("time", "gt", "\"22:30\"", "UTC", false)]
    [InlineData("time", "lt", "\"22:31\"", "UTC", true)]
    [InlineData("time", "lt", "\"00:31\"", "Europe/Berlin", true)]
    [InlineData("time", "lt", "\"00:30\"", "Europe/Berlin", false)]
    [InlineData("day", "equals", "1", "UTC", true)]
    [InlineData("day", "equals", "2", "Europe/Berlin", true)]
    [InlineData("day", "not_equals", "1", "UTC", false)]
    [InlineData("day", "in", "[0,1]", "UTC", true)]
    [InlineData("day", "in", "[0,1]", "Europe/Berlin", false)]
    [InlineData("day", "not_in", "[5,6]", "UTC", true)]
    [InlineData("time", "not_in", "[\"08:00-09:00\"]", "UTC", true)]
    [InlineData("day", "equals", "2", "UTC", false)]
    [InlineData("day", "not_equals", "2", "UTC", true)]
    [InlineData("day", "not_in", "[0,1]", "UTC", false)]
    public void Of_Time_GoesByTheClocksOfTheZone(string field, string comparison, string value, string zone, bool expected) =>
        Check($$"""{"field":"{{field}}","operator":"{{comparison}}","value":{{value}},"zone":"{{zone}}"}""", expected);

    [Theory]
    [InlineData("/region", "equals", "\"eu\"", true)]
    [InlineData("/region", "equals", "\"us\"", false)]
    [InlineData("/region", "not_equals", "\"us\"", true)]
    [InlineData("/region", "in", "[1,\"eu\"]", true)]
    [InlineData("/region", "not_in", "[1,\"eu\"]", false)]
    [InlineData("/region", "contains", "\"u\"", true)]
    [InlineData("/region", "starts_with", "\"e\"", true)]
    [InlineData("/region", "ends_with", "\"e\"", false)]
    [InlineData("/region", "regex", "\"^e.$\"", true)]
    [InlineData("/region", "not_equals", "\"eu\"", false)]
    [InlineData("/region", "not_in", "[1,\"us\"]", true)]
    [InlineData("/region", "starts_with", "\"u\"", false)]
    [InlineData("/region", "ends_with", "\"u\"", true)]
    [InlineData("/region", "regex", "\"^u\"", false)]
    [InlineData("/region", "gt", "1", false)]
    [InlineData("/filter/limit", "equals", "10", true)]
    [InlineData("/filter/limit", "equals", "1e1", true)]
    [InlineData("/filter/limit", "equals", "\"10\"", false)]
    [InlineData("/filter/limit", "gt", "9.5", true)]
    [InlineData("/filter/limit", "gt", "10", false)]
    [InlineData("/filter/limit", "lt", "10.5", true)]
    [InlineData("/filter/limit", "lt", "10", false)]
    [InlineData("/filter/limit", "contains", "\"1\"", false)]
    [InlineData("/tags/1", "equals", "\"b\"", true)]
    [InlineData("/tags/2", "equals", "\"b\"", false)]
    [InlineData("/tags/01", "equals", "\"b\"", false)]
    [InlineData("/a~1b/~0", "equals", "true", true)]
    [InlineData("/a~1b/~0", "in", "[false,null]", false)]
    [InlineData("/nothing", "equals", "null", true)]
    [InlineData("/missing", "equals", "null", false)]
    [InlineData("/missing", "not_equals", "null", true)]
    [InlineData("/filter", "equals", "\"x\"", false)]
    [InlineData("/0", "equals", "\"zero\"", true)]
    [InlineData("/escaped", "equals", "\"ünï\"", true)]
    public void Of_Argument_FollowsThePointer(string pointer, string comparison, string value, bool expected) =>
        Check($$"""{"field":"argument","pointer":"{{pointer}}","operator":"{{comparison}}","value":{{value}}}""", expected);

    [Fact]
    public void Rows_EachOperatorOfEachField_HaveOneThatHoldsAndOneThatDoesNot()
    {
        var rows = RowsOf(nameof(Of_EachOperator_ComparesTheField)).Where(static row => row.Field is not ("prompt" or "resource"))
            .Concat(RowsOf(nameof(Of_ItemOfItsOwnKind_ComparesTheItem)))
            .Concat(RowsOf(nameof(Of_Time_GoesByTheClocksOfTheZone)))
            .Concat(RowsOf(nameof(Of_Header_ComparesWhatWasSent)).Where(static row => row.Field == "X-Region").Select(static row => row with { Field = "header" }))
            .Concat(RowsOf(nameof(Of_Argument_FollowsThePointer)).Where(static row => row.Field != "/missing").Select(static row => row with { Field = "argument" }))
            .ToHashSet();
        var wanted =
            from field in RouteFields.Names
            from comparison in RouteFields.NamesOf(RouteFields.OperatorsOf(RouteFields.Find(field)))
            from holds in (bool[])[true, false]
            select new Row(field, comparison, holds);

        Assert.Empty(wanted.Except(rows));
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"all":[]}""", true)]
    [InlineData("""{"any":[]}""", false)]
    [InlineData("""{"not":{"any":[]}}""", true)]
    [InlineData("""{"all":[TRUE,TRUE]}""", true)]
    [InlineData("""{"all":[TRUE,FALSE]}""", false)]
    [InlineData("""{"any":[FALSE,TRUE]}""", true)]
    [InlineData("""{"any":[FALSE,FALSE]}""", false)]
    [InlineData("""{"not":TRUE}""", false)]
    [InlineData("""{"not":FALSE}""", true)]
    [InlineData("""{"all":[{"any":[FALSE,{"not":FALSE}]},{"not":{"all":[TRUE,FALSE]}}]}""", true)]
    public void Of_Groups_CombineTheirParts(string conditions, bool expected) => Check(
        conditions.Replace("TRUE", """{"field":"tool","operator":"equals","value":"search"}""", StringComparison.Ordinal)
            .Replace("FALSE", """{"field":"tool","operator":"equals","value":"x"}""", StringComparison.Ordinal),
        expected);

    [Fact]
    public void Of_PatternOnLongText_FitsNoneBeyondTheBound()
    {
        var condition = RoutingFixture.Condition("""{"field":"tool","operator":"regex","value":"^a*$"}""");

        Assert.Equal(Truth.Yes, condition.Of(Facts() with { Item = new string('a', TextTest.MaxMatched) }));
        Assert.Equal(Truth.No, condition.Of(Facts() with { Item = new string('a', TextTest.MaxMatched + 1) }));
    }

    [Fact]
    public void Of_LongArgument_IsComparedWhole()
    {
        var text = new string('x', 5_000) + "end";
        var condition = RoutingFixture.Condition("""{"field":"argument","pointer":"/q","operator":"ends_with","value":"end"}""");

        Assert.Equal(Truth.Yes, condition.Of(Facts() with { Params = Encoding.UTF8.GetBytes($$$"""{"arguments":{"q":"{{{text}}}"}}""") }));
    }

    [Fact]
    public void Of_NothingKnown_NegationsHoldAndTheRestDoesNot()
    {
        var facts = new RouteFacts { Caller = new Caller("p", TenantId.Global, default), Method = McpMethod.ToolsCall };
        foreach (var field in (string[])["tool", "server", "tag", "transport", "user", "key", "role", "address"])
        {
            var value = field switch { "user" or "key" => Guid.CreateVersion7().ToString(), "address" => "10.0.0.1", "role" => "admin", "transport" => "stdio", _ => "x" };

            Assert.Equal(Truth.No, RoutingFixture.Condition($$"""{"field":"{{field}}","operator":"equals","value":"{{value}}"}""").Of(facts));
            Assert.Equal(Truth.Yes, RoutingFixture.Condition($$"""{"field":"{{field}}","operator":"not_equals","value":"{{value}}"}""").Of(facts));
        }
    }

    [Theory]
    [InlineData("""{"all":[ROLE,{"field":"tool","operator":"equals","value":"x"}]}""", "No")]
    [InlineData("""{"all":[ROLE,{"field":"tool","operator":"equals","value":"search"}]}""", "Unknown")]
    [InlineData("""{"any":[ROLE,{"field":"tool","operator":"equals","value":"search"}]}""", "Yes")]
    [InlineData("""{"any":[ROLE,{"field":"tool","operator":"equals","value":"x"}]}""", "Unknown")]
    [InlineData("""{"not":ROLE}""", "Unknown")]
    public void Of_UnknownFact_DecidesOnlyWhereItDoesNotMatter(string conditions, string expected)
    {
        var condition = RoutingFixture.Condition(conditions.Replace("ROLE", """{"field":"role","operator":"equals","value":"admin"}""", StringComparison.Ordinal));
        var facts = Facts() with { Unknown = RouteField.Role };

        Assert.Equal(expected, condition.Of(facts).ToString());
        Assert.Equal(expected == "Unknown" ? RouteField.Role : RouteField.None, condition.Missing(facts));
    }

    [Fact]
    public void Culprit_NestedConditions_NamesTheOneThatFails()
    {
        var condition = RoutingFixture.Condition("""
            {"all":[{"field":"tool","operator":"equals","value":"search"},{"all":[{"field":"size","operator":"gt","value":1},{"field":"size","operator":"lt","value":10}]}]}
            """);

        Assert.Equal("conditions.all[1].all[1]", condition.Culprit(Facts())?.Path);
    }

    private static IEnumerable<Row> RowsOf(string test) => typeof(ConditionTableTests).GetMethod(test)!.GetCustomAttributes<InlineDataAttribute>()
        .Select(static row => new Row((string)row.Data[0]!, (string)row.Data[1]!, (bool)row.Data[^1]!));

    private static void Check(string conditions, bool expected) => Check(conditions, expected, Facts());

    private static void Check(string conditions, bool expected, RouteFacts facts) =>
        Assert.Equal(expected ? Truth.Yes : Truth.No, RoutingFixture.Condition(conditions).Of(facts));

    private static RouteFacts Facts() => new()
    {
        Caller = new Caller("p", Tenant, default)
        {
            UserId = new Guid("00000000-0000-0000-0000-0000000000b1"),
            KeyId = new Guid("00000000-0000-0000-0000-0000000000c1"),
            Role = UserRole.ServerOwner,
        },
        Method = McpMethod.ToolsCall,
        Item = "search",
        ItemField = RouteField.Tool,
        Server = SampleServers.Of("github", TransportKind.StreamableHttp) with { Tags = ["eu", "gpu"] },
        Address = IPAddress.Parse("::ffff:10.1.2.3"),
        Headers = [new("X-Region", "eu-1")],
        Size = 300,
        At = new DateTimeOffset(2026, 7, 28, 22, 30, 0, TimeSpan.Zero),
        Params = Encoding.UTF8.GetBytes("""
            {"name":"x","arguments":{"region":"eu","filter":{"limit":10,"x":{}},"tags":["a","b"],"a/b":{"~":true},"nothing":null,"0":"zero","escaped":"\u00fcn\u00EF"}}
            """),
    };

    private sealed record Row(string Field, string Comparison, bool Holds);
}
