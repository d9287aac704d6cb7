using System.Buffers;
using System.Collections.Immutable;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;

namespace McpRegistry.Discovery;

/// <summary>Reads all pages of the four lists of one server, within bounds.</summary>
internal sealed class CatalogueReader(UpstreamConnection connection, int maxBytes, int maxItems, TimeProvider time)
{
    /// <summary>A server decides how many faults there are; a report is read by people.</summary>
    private const int MaxFaults = 20;

    private readonly ImmutableArray<CatalogueItem>.Builder _items = ImmutableArray.CreateBuilder<CatalogueItem>();
    private readonly HashSet<(CatalogueItemKind, string)> _keys = [];
    private readonly List<DiscoveryFault> _faults = [];
    private readonly HashSet<CatalogueItemKind> _unread = [];
    private readonly Dictionary<CatalogueItemKind, ReadHint> _hints = [];
    private long _bytes;

    public IReadOnlyList<DiscoveryFault> Faults => _faults;

    /// <summary>Gets a value that tells whether a list could not be read for a reason that may pass.</summary>
    public bool IsWorthRepeating { get; private set; }

    /// <summary>
    /// Gets what was read. A list that could not be read to its end is the one known before; if none was known, a part of it
    /// is better than nothing.
    /// </summary>
    public ImmutableArray<CatalogueItem> ItemsOver(ImmutableArray<CatalogueItem> known)
    {
        var kept = known.Where(item => _unread.Contains(item.Kind)).ToArray();
        var replaced = kept.Select(item => item.Kind).ToHashSet();
        return [.. _items.Where(item => !replaced.Contains(item.Kind)), .. kept];
    }

    /// <summary>Gets what the server said about keeping its lists, as far as they were read to their end.</summary>
    public IEnumerable<KeyValuePair<CatalogueItemKind, ReadHint>> Hints => _hints.Where(hint => !_unread.Contains(hint.Key));

    /// <summary>Says that a list will be read; until it was, what is known of it stays.</summary>
    public void Expect(CatalogueList list) => _unread.Add(list.Kind);

    /// <summary>Reads one list; what cannot be read becomes a fault and leaves the other lists alone.</summary>
    /// <param name="list">Which list.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>False when the server did not answer at all.</returns>
    public async ValueTask<bool> ReadAsync(CatalogueList list, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        var ordinal = 0;
        _unread.Add(list.Kind);
        do
        {
            var request = new OwnRequest
            {
                Method = list.Method,
                Members = cursor is null ? default : CursorMember(cursor),
                MaxAnswerBytes = maxBytes,
            };
            var reply = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
            if (!reply.Answered)
            {
                IsWorthRepeating |= reply.Fault.Reason != FaultReasons.TooLarge;
                Report(list, reply.Fault.Reason, reply.Fault.Message);
                return !reply.Fault.MeansDown;
            }

            if (reply.Message.IsError)
            {
                Refused(list, reply.Message);
                return true;
            }

            Note(list, reply.Message);

            if (!Take(list, reply.Message, ref ordinal, out cursor))
            {
                if (ordinal == 0)
                {
                    return true;
                }

                break;
            }

            if (cursor is not null && !seen.Add(cursor))
            {
                Report(list, FaultReasons.CursorLoop, "the server gives the same cursor again; the pages up to there are kept");
                break;
            }
        }
        while (cursor is not null);
        _unread.Remove(list.Kind);
        return true;
    }

    /// <summary>What the session revisions have under these names means nothing there.</summary>
    private void Note(CatalogueList list, UpstreamMessage page)
    {
        var hint = connection.Handshake.Era == ProtocolEra.Modern ? CacheableResult.Read(page.Raw(page.Result)).Hint : default;
        _hints[list.Kind] = _hints.GetValueOrDefault(list.Kind).AndPage(hint, time.GetTimestamp());
    }

    /// <summary>Takes the entries of a page; false when the rest of the list must not be read.</summary>
    private bool Take(CatalogueList list, UpstreamMessage message, ref int ordinal, out string? cursor)
    {
        var result = message.Result.Of(message.Json);
        cursor = JsonMembers.FindText(result.Span, "nextCursor"u8);
        if (_bytes + result.Length > maxBytes)
        {
            // A page that is not taken must not use up the room of the lists after it.
            Report(list, FaultReasons.TooLarge, $"the catalogue is larger than {maxBytes} bytes; what was read before is kept");
            return false;
        }

        _bytes += result.Length;

        var entries = JsonMembers.Find(result.Span, list.ArrayName);
        if (entries.IsMissing)
        {
            Report(list, FaultReasons.ProtocolError, "the result has no list");
            return false;
        }

        foreach (var entry in JsonElements.Of(result, entries))
        {
            if (_items.Count >= maxItems)
            {
                Report(list, FaultReasons.TooLarge, $"the server lists more than {maxItems} items; the first ones are kept");
                return false;
            }

            Add(list, result.Span, entry, ref ordinal);
        }

        return true;
    }

    private void Add(CatalogueList list, ReadOnlySpan<byte> result, Slice entry, ref int ordinal)
    {
        var json = entry.Of(result);
        if (JsonMembers.IsRepeated(json, list.KeyName))
        {
            // Which of them counts is for each client's parser to say; the other one could be the name of another server's item.
            Report(list, FaultReasons.ProtocolError, "an entry with two names is left out");
            return;
        }

        var key = JsonMembers.FindText(json, list.KeyName);
        if (string.IsNullOrEmpty(key) || !_keys.Add((list.Kind, key)))
        {
            Report(list, FaultReasons.ProtocolError, key is null or "" ? "an entry without a name is left out" : $"'{ErrorText.Trim(key)}' is listed twice; the first one counts");
            return;
        }

        if (SoundJson.FaultOf(json) is { } unsound)
        {
            // In the merged list it would stand beside the entries of others, and a client reads all of them or none.
            Report(list, FaultReasons.ProtocolError, $"'{ErrorText.Trim(key)}' is left out: it {unsound}");
            return;
        }

        if (list.Kind == CatalogueItemKind.Tool && connection.MirrorsParameters)
        {
            ParameterHeaders.Of(json, out var fault);
            if (fault is not null)
            {
                Report(list, FaultReasons.ProtocolError, $"'{ErrorText.Trim(key)}' is left out: {fault}");
                return;
            }
        }

        _items.Add(new CatalogueItem
        {
            Kind = list.Kind,
            Key = key,
            Ordinal = ordinal++,
            Json = json.ToArray(),
            Title = JsonMembers.FindText(json, "title"u8),
            Description = JsonMembers.FindText(json, "description"u8),
            MimeType = JsonMembers.FindText(json, "mimeType"u8),
        });
    }

    private void Refused(CatalogueList list, UpstreamMessage message)
    {
        // Servers that declare a feature and lack one of its lists are many; it is not worth a warning.
        if (message.ErrorCode == ErrorCodes.MethodNotFound)
        {
            _unread.Remove(list.Kind);
        }
        else
        {
            IsWorthRepeating = true;
            Report(list, FaultReasons.ProtocolError, $"the server answered error {message.ErrorCode}: {ErrorText.Trim(message.ErrorMessage)}");
        }
    }

    private void Report(CatalogueList list, string reason, string message)
    {
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(new DiscoveryFault(reason, $"{McpMethods.Name(list.Method)}: {message}"));
        }
        else if (_faults.Count == MaxFaults)
        {
            _faults.Add(new DiscoveryFault(reason, "There are more faults of this kind; they are left out."));
        }
    }

    private static ReadOnlyMemory<byte> CursorMember(string cursor)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("\"cursor\":"u8);
        output.Write(JsonText.Quote(cursor));
        return output.WrittenMemory;
    }
}
