namespace McpRegistry.Routing.Conditions;

/// <summary>The names of the fields, and which operators each of them has.</summary>
internal static class RouteFields
{
    private const RouteOperators Equality = RouteOperators.Equals | RouteOperators.NotEquals | RouteOperators.In | RouteOperators.NotIn;
    private const RouteOperators Text = Equality | RouteOperators.Contains | RouteOperators.StartsWith | RouteOperators.EndsWith | RouteOperators.Regex;
    private const RouteOperators Order = RouteOperators.Gt | RouteOperators.Lt;

    private static readonly (string Name, RouteField Field, RouteOperators Operators)[] Known =
    [
        ("method", RouteField.Method, Text),
        ("tool", RouteField.Tool, Text),
        ("prompt", RouteField.Prompt, Text),
        ("resource", RouteField.Resource, Text),
        ("server", RouteField.Server, Text),
        ("tag", RouteField.Tag, Text),
        ("transport", RouteField.Transport, Equality),
        ("tenant", RouteField.Tenant, Equality),
        ("user", RouteField.User, Equality),
        ("role", RouteField.Role, Equality),
        ("key", RouteField.Key, Equality),
        ("address", RouteField.Address, Equality | RouteOperators.Cidr),
        ("header", RouteField.Header, Text),
        ("time", RouteField.Time, RouteOperators.In | RouteOperators.NotIn | Order),
        ("day", RouteField.Day, Equality),
        ("size", RouteField.Size, Equality | Order),
        ("argument", RouteField.Argument, Text | Order),
    ];

    private static readonly (string Name, RouteOperators Operator)[] KnownOperators =
    [
        ("equals", RouteOperators.Equals), ("not_equals", RouteOperators.NotEquals), ("in", RouteOperators.In), ("not_in", RouteOperators.NotIn),
        ("contains", RouteOperators.Contains), ("starts_with", RouteOperators.StartsWith), ("ends_with", RouteOperators.EndsWith),
        ("regex", RouteOperators.Regex), ("cidr", RouteOperators.Cidr), ("gt", RouteOperators.Gt), ("lt", RouteOperators.Lt),
    ];

    /// <summary>Gets the names of all fields.</summary>
    public static IEnumerable<string> Names => Known.Select(static known => known.Name);

    public static RouteField Find(string name) => Array.Find(Known, known => string.Equals(known.Name, name, StringComparison.Ordinal)).Field;

    public static RouteOperators FindOperator(string name) => Array.Find(KnownOperators, known => string.Equals(known.Name, name, StringComparison.Ordinal)).Operator;

    public static RouteOperators OperatorsOf(RouteField field) => Array.Find(Known, known => known.Field == field).Operators;

    public static IEnumerable<string> NamesOf(RouteField fields) => Known.Where(known => (known.Field & fields) != RouteField.None).Select(static known => known.Name);

    public static IEnumerable<string> NamesOf(RouteOperators operators) =>
        KnownOperators.Where(known => (known.Operator & operators) != RouteOperators.None).Select(static known => known.Name);
}
