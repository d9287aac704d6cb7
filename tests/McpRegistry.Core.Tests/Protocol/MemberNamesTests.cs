using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class MemberNamesTests
{
    [Fact]
    public void Add_SameNameInInnerFrame_IsNoRepeat()
    {
        var text = "aba"u8.ToArray();
        var names = default(MemberNames);
        var outer = names.Enter();
        Assert.True(names.Add(text, outer, new Slice(0, 1)));
        var inner = names.Enter();
        Assert.True(names.Add(text, inner, new Slice(2, 1)));
        Assert.False(names.Add(text, inner, new Slice(0, 1)));
        names.Leave(inner);

        Assert.True(names.Add(text, outer, new Slice(1, 1)));
        Assert.False(names.Add(text, outer, new Slice(2, 1)));
        names.Dispose();
    }

    [Fact]
    public void Add_MoreThanTheFirstBuffer_FindsTheFirstName()
    {
        var text = Message.Utf8(string.Concat(Enumerable.Range(0, 5_000).Select(i => $"{i:D5}")));
        var names = default(MemberNames);
        var mark = names.Enter();
        for (var i = 0; i < 5_000; i++)
        {
            Assert.True(names.Add(text, mark, new Slice(i * 5, 5)));
        }

        for (var i = 0; i < 5_000; i += 499)
        {
            Assert.False(names.Add(text, mark, new Slice(i * 5, 5)));
        }

        names.Dispose();
    }

    [Fact]
    public void Unescape_ManyNames_KeepsEarlierOnes()
    {
        var json = Message.Utf8("{" + string.Join(',', Enumerable.Range(0, 300).Select(i => $"\"\\u0061{i:D4}\":0")) + "}");
        var reader = new System.Text.Json.Utf8JsonReader(json);
        var names = default(MemberNames);
        var slices = new List<Slice>();
        reader.Read();
        while (reader.Read())
        {
            if (reader.TokenType == System.Text.Json.JsonTokenType.PropertyName)
            {
                slices.Add(names.Unescape(ref reader));
            }
        }

        for (var i = 0; i < 300; i++)
        {
            Assert.Equal($"a{i:D4}", Message.Text(names.Resolve(json, slices[i])));
        }

        names.Dispose();
    }
}
