using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.SampleServer.Notes;

/// <summary>Completes the name in <c>workspace://notes/{name}</c>. The prompt's style is completed by the SDK from its allowed values.</summary>
internal static class NoteCompletion
{
    // The protocol allows at most this many values in one answer.
    private const int Limit = 100;

    public static ValueTask<CompleteResult> CompleteAsync(RequestContext<CompleteRequestParams> request, CancellationToken cancellationToken)
    {
        string[] names = request.Params is { Ref: ResourceTemplateReference { Uri: "workspace://notes/{name}" }, Argument: { Name: "name", Value: var start } }
            ? [.. Names(request).Where(name => name.StartsWith(start, StringComparison.Ordinal))]
            : [];

        return ValueTask.FromResult(new CompleteResult
        {
            Completion = new Completion { Values = [.. names.Take(Limit)], Total = names.Length, HasMore = names.Length > Limit },
        });
    }

    private static IEnumerable<string> Names(RequestContext<CompleteRequestParams> request) =>
        request.Services!.GetRequiredService<NoteBook>().List().Select(note => note.Name);
}
