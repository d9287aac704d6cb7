using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace McpRegistry.Protocol;

/// <summary>One message of an upstream server: its bytes and where its parts stand.</summary>
internal sealed class UpstreamMessage
{
    private UpstreamMessage(ReadOnlyMemory<byte> json)
    {
        Json = json;
    }

    public ReadOnlyMemory<byte> Json { get; }

    public MessageKind Kind { get; private set; }

    public McpMethod Method { get; private set; }

    private Slice Version { get; set; }

    /// <summary>Gets the id as raw JSON; missing for notifications.</summary>
    public Slice Id { get; private set; }

    public Slice MethodName { get; private set; }

    public Slice Params { get; private set; }

    public Slice Result { get; private set; }

    public Slice Error { get; private set; }

    /// <summary>Gets the id as one of the numbers that the gateway gave out; null when it is none.</summary>
    public long? NumericId => Number(Raw(Id));

    /// <summary>Gets the request that a notification of progress is about, by the number that the gateway gave it as its token; null when it names none.</summary>
    public long? ProgressOf
    {
        get
        {
            var parameters = Raw(Params);
            return Number(JsonMembers.Find(parameters, MetaKeys.ProgressToken).Of(parameters));
        }
    }

    public bool IsError => IsObject(Error);

    public ReadOnlySpan<byte> Raw(Slice slice) => slice.Of(Json.Span);

    /// <summary>Gets <c>error.code</c>; -32603 when it is no 32-bit integer.</summary>
    public int ErrorCode
    {
        get
        {
            var error = Raw(Error);
            var code = JsonMembers.Find(error, "code"u8);
            return Utf8Parser.TryParse(code.Of(error), out int value, out var consumed) && consumed == code.Length
                ? value
                : ErrorCodes.InternalError;
        }
    }

    /// <summary>Gets <c>error.message</c>; empty when there is none.</summary>
    public string ErrorMessage => JsonMembers.FindText(Raw(Error), "message"u8) ?? "";

    /// <summary>Reads a message; null when the bytes are not one JSON-RPC 2.0 message.</summary>
    public static UpstreamMessage? TryRead(ReadOnlyMemory<byte> json)
    {
        // The reader takes any bytes inside a string; what is not UTF-8 must not travel on.
        if (!Utf8.IsValid(json.Span))
        {
            return null;
        }

        try
        {
            var message = new UpstreamMessage(json);
            return message.ReadMembers() ? message : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool ReadMembers()
    {
        var members = new JsonMembers(Json.Span);
        while (members.Next())
        {
            if (!Keep(members))
            {
                return false;
            }
        }

        if (MethodName.IsMissing)
        {
            Kind = MessageKind.Response;

            // Some servers always send both, the one that does not count as null.
            return (IsObject(Result) && IsNothing(Error)) || (IsObject(Error) && IsNothing(Result));
        }

        // An answer is written anew, but a notification may reach the client as it is.
        if (!Raw(Version).SequenceEqual("\"2.0\""u8))
        {
            return false;
        }

        var name = Raw(MethodName);
        Kind = Id.IsMissing ? MessageKind.Notification : MessageKind.Request;
        Method = name[0] == (byte)'"' ? McpMethods.ParseJson(name) : McpMethod.Unknown;
        return name[0] == (byte)'"';
    }

    /// <summary>Notes a member; false when it is there twice, for then nobody knows which one counts.</summary>
    private bool Keep(in JsonMembers member)
    {
        var seen = default(Slice);
        if (member.NameIs("jsonrpc"u8))
        {
            (seen, Version) = (Version, member.Value);
        }
        else if (member.NameIs("id"u8))
        {
            (seen, Id) = (Id, member.Value);
        }
        else if (member.NameIs("method"u8))
        {
            (seen, MethodName) = (MethodName, member.Value);
        }
        else if (member.NameIs("params"u8))
        {
            (seen, Params) = (Params, member.Value);
        }
        else if (member.NameIs("result"u8))
        {
            (seen, Result) = (Result, member.Value);
        }
        else if (member.NameIs("error"u8))
        {
            (seen, Error) = (Error, member.Value);
        }

        return seen.IsMissing;
    }

    private static long? Number(ReadOnlySpan<byte> raw) => Utf8Parser.TryParse(raw, out long value, out var consumed) && consumed == raw.Length ? value : null;

    private bool IsNothing(Slice slice) => slice.IsMissing || Raw(slice).SequenceEqual("null"u8);

    private bool IsObject(Slice slice) => !slice.IsMissing && Json.Span[slice.Start] == (byte)'{';
}
