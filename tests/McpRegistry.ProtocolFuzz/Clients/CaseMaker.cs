using System.Text;
using McpRegistry.ProtocolFuzz.Grammar;
using McpRegistry.ProtocolFuzz.Wire;

namespace McpRegistry.ProtocolFuzz.Clients;

/// <summary>Makes the case of a number. Nothing but the seed and the number decides, so that it can be made again.</summary>
internal sealed class CaseMaker
{
    private readonly Dice _dice;
    private readonly int _number;
    private readonly Category _category;
    private readonly bool _modern;
    private readonly string _path;
    private readonly Messages _messages;
    private readonly List<FuzzStep> _steps = [];

    private CaseMaker(int seed, int number)
    {
        _dice = Dice.For(seed, number, "client");
        _number = number;
        _category = _dice.Weigh(
            (10, Category.Proper), (26, Category.OddServer), (14, Category.Structure), (10, Category.Bytes), (9, Category.Http), (8, Category.Delivery),
            (5, Category.Batch), (7, Category.Session), (3, Category.Watch), (5, Category.Question), (3, Category.Task), (2, Category.NewServer));
        _modern = _category switch
        {
            Category.Batch or Category.Session => false,
            Category.Task => true,
            _ => _dice.Chance(55),
        };
        var revision = _category == Category.Batch && _dice.Chance(80) ? "2025-03-26" : _dice.Pick("2025-11-25", "2025-11-25", "2025-06-18", "2025-03-26");
        var server = _category switch
        {
            Category.Proper => _dice.Pick("good-modern", "good-legacy"),
            Category.NewServer => $"case-{number}-{_dice.Pick("modern", "legacy", "legacy", "sse")}",
            Category.Task => "odd-modern",
            _ => _dice.Pick("odd-modern", "odd-legacy", "odd-sse", "good-modern", "good-legacy", "odd-socket-modern", "odd-socket-legacy", "odd-stdio-legacy"),
        };
        var alias = _dice.Chance(50) ? server : null;
        _path = alias is null ? "/mcp" : $"/mcp/{(_category != Category.Proper && _dice.Chance(2) ? "unknown" : alias)}";
        _messages = new Messages(_dice, number, _modern, revision, _path, alias, server);
        Server = _category == Category.NewServer ? server : null;
    }

    private string? Server { get; }

    public static FuzzCase Make(int seed, int number)
    {
        var maker = new CaseMaker(seed, number);
        maker.Fill();
        return new FuzzCase(number, maker._category, maker._path, maker._steps) { Server = maker.Server };
    }

    private void Fill()
    {
        if (!_modern)
        {
            Add(_messages.Initialize(), mustSucceed: _category == Category.Proper);
            Add(_messages.Post("""{"jsonrpc":"2.0","method":"notifications/initialized"}"""));
        }

        for (var times = _dice.Between(1, _modern ? 3 : 5); times > 0; times--)
        {
            FillOne();
        }

        if (!_modern && _dice.Chance(70))
        {
            Add(_messages.Bare("DELETE"));
        }
    }

    private void FillOne()
    {
        switch (_category)
        {
            case Category.Proper:
                Add(_messages.Request(_steps.Count, ProperRequest(), $"{_steps.Count}"), mustSucceed: true);
                break;
            case Category.Structure:
                Add(Changed(static (draft, dice) => draft.Body = Restructured(draft.Body, dice)));
                break;
            case Category.Bytes:
                Add(Changed(static (draft, dice) => draft.Body = Mutation.OfBytes(draft.Body, dice)));
                break;
            case Category.Http:
                Add(Changed(ChangeHttp));
                break;
            case Category.Delivery:
                Add(Changed(static (draft, dice) => draft.Delivery = OddHttp.OddDelivery(dice)));
                break;
            case Category.Batch:
                Add(Batch());
                break;
            case Category.Session:
                SessionCases.Fill(_steps, _messages, _dice);
                break;
            case Category.Watch:
                Watch();
                break;
            case Category.Question:
                Add(_messages.Request(_steps.Count, Messages.Call("ask")));
                Add(_messages.Request(_steps.Count, Retry("ask")), alongside: _dice.Chance(20));
                break;
            case Category.Task:
                Add(_messages.Request(_steps.Count, Messages.Call("task")));
                Add(Changed(_dice.Chance(50) ? static (_, _) => { } : static (draft, dice) => draft.Body = Restructured(draft.Body, dice)));
                break;
            default:
                Add(_messages.Request(_steps.Count, ClientGrammar.Request(_dice, _modern)), alongside: _dice.Chance(15));
                break;
        }
    }

    /// <summary>A message of any kind with a change to it; the headers are those of the message before the change.</summary>
    private HttpDraft Changed(Action<HttpDraft, Dice> change)
    {
        var draft = _dice.Below(10) switch
        {
            0 => _messages.Post(_messages.Notification(ClientGrammar.Notification(_dice))),
            1 => _messages.Post(ClientGrammar.Response(_dice)),
            _ => _messages.Request(_steps.Count, ClientGrammar.Request(_dice, _modern)),
        };
        change(draft, _dice);
        return draft;
    }

    private (string Method, string Params) ProperRequest() =>
        _modern && _dice.Chance(20) ? ("server/discover", "{}")
        : !_modern && _dice.Chance(20) ? ("ping", "{}")
        : _dice.Pick(Messages.Call("work"), ("tools/list", "{}"), ("prompts/list", "{}"), ("resources/list", "{}"), ("resources/templates/list", "{}"));

    private static (string Method, string Params) Retry(string tool)
    {
        var (method, parameters) = Messages.Call(tool);
        return (method, $$$"""{{{parameters[..^1]}}},"inputResponses":{"q1":{"action":"accept","content":{"x":1}},"r1":{"action":"decline"}},"requestState":"{{state}}"}""");
    }

    private HttpDraft Batch()
    {
        var messages = Enumerable.Range(0, _dice.Weigh((80, _dice.Between(1, 8)), (10, 0), (5, 40), (5, 120))).Select(at => _dice.Weigh<Func<string>>(
            (70, () => _messages.Json(at, ClientGrammar.Request(_dice, modern: false))),
            (10, () => _messages.Notification(ClientGrammar.Notification(_dice))),
            (10, () => Encoding.UTF8.GetString(Restructured(Encoding.UTF8.GetBytes(_messages.Json(at, ClientGrammar.Request(_dice, modern: false))), _dice))),
            (5, () => ClientGrammar.Response(_dice)),
            (5, () => OddJson.GoodValue(_dice)))());
        var draft = _messages.Post($"[{string.Join(',', messages)}]");
        if (_dice.Chance(15))
        {
            draft.Delivery = OddHttp.OddDelivery(_dice);
        }

        return draft;
    }

    private void Watch()
    {
        var patience = TimeSpan.FromMilliseconds(_dice.Between(20, 1_500));
        var draft = _modern
            ? _messages.Request(_steps.Count, ("subscriptions/listen", $$"""{"notifications":{{ClientGrammar.Filter(_dice)}}}"""))
            : _messages.Bare("GET");
        if (_dice.Chance(25))
        {
            OddHttp.Change(draft, _dice);
        }

        if (_modern && _dice.Chance(25))
        {
            draft.Body = Restructured(draft.Body, _dice);
        }

        _steps.Add(new FuzzStep(draft) { Patience = patience, RunsAlongside = _dice.Chance(60), MayBeEnded = true });
        Add(_messages.Request(_steps.Count, ClientGrammar.Request(_dice, _modern)));
    }

    private static void ChangeHttp(HttpDraft draft, Dice dice)
    {
        if (dice.Chance(15))
        {
            draft.Verb = OddHttp.Verb(dice);
        }

        OddHttp.Change(draft, dice);
    }

    private static byte[] Restructured(byte[] body, Dice dice)
    {
        var tree = Tree.Parse(Encoding.UTF8.GetString(body));
        Mutation.OfTree(tree, dice);
        return Encoding.UTF8.GetBytes(tree.Write());
    }

    private void Add(HttpDraft draft, bool mustSucceed = false, bool alongside = false) => _steps.Add(new FuzzStep(draft)
    {
        MustSucceed = mustSucceed,
        RunsAlongside = alongside,

        // The session may end before it does.
        MayBeEnded = alongside || _category is Category.Batch or Category.Structure or Category.Bytes or Category.Http,

        // What was meant as a call may have become a stream without an end.
        Patience = draft.Verb == "GET" ? TimeSpan.FromMilliseconds(300) : null,
    });
}
