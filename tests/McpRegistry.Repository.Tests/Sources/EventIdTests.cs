using System.Text.RegularExpressions;

namespace McpRegistry.Repository.Tests.Sources;

/// <summary>An operator filters by event id: one that means two things hides one of them.</summary>
public sealed partial class EventIdTests
{
    [Fact]
    public void EveryLogMessage_EventId_IsItsOwn()
    {
        var messages = SourceFiles.All
            .SelectMany(file => LogMessage().Matches(File.ReadAllText(file.FullPath)).Select(match => (Id: match.Groups["id"].Value, File: file.Path)))
            .ToArray();

        Assert.NotEmpty(messages);
        Assert.Empty(messages.Where(message => message.Id.Length == 0).Select(message => $"{message.File}: a message without an id"));
        Assert.Empty(messages.GroupBy(message => message.Id).Where(group => group.Count() > 1).Select(group => $"{group.Key}: {string.Join(", ", group.Select(message => message.File))}"));
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(?<id>\d*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LogMessage();
}
