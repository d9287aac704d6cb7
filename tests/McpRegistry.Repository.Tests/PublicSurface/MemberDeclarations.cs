using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace McpRegistry.Repository.Tests.PublicSurface;

/// <summary>The members of one type that code outside of the assembly can reach.</summary>
internal static class MemberDeclarations
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [];
        }

        return type.IsEnum
            ? type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .OrderBy(field => Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture))
                .Select(field => $"{field.Name} = {field.GetRawConstantValue()}")
            : new[] { Fields(type), Constructors(type), Properties(type), Events(type), Methods(type) }.SelectMany(lines => lines.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Fields(Type type) =>
        from field in type.GetFields(Declared)
        where field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly
        let kind = field.IsLiteral ? "const " : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}"
        let value = field.IsLiteral ? " = " + ParameterText.Value(field.GetRawConstantValue(), field.FieldType) : ""
        select $"{kind}{TypeName.Of(field)} {field.Name}{value}";

    private static IEnumerable<string> Constructors(Type type) =>
        from constructor in type.GetConstructors(Declared)
        where IsReachable(constructor) && !constructor.IsStatic && !IsCopy(type, constructor)
        select $"{Access(constructor)}{type.Name.Split('`')[0]}({ParameterText.Of(constructor)})";

    private static IEnumerable<string> Properties(Type type) =>
        from property in type.GetProperties(Declared)
        let accessor = property.GetMethod ?? property.SetMethod!
        where (IsReachable(property.GetMethod) || IsReachable(property.SetMethod)) && !IsWritten(property)
        let required = property.GetCustomAttribute<RequiredMemberAttribute>() is null ? "" : "required "
        let get = IsReachable(property.GetMethod) ? "get; " : ""
        let set = IsReachable(property.SetMethod) ? (IsInit(property.SetMethod!) ? "init; " : "set; ") : ""
        let index = property.GetIndexParameters().Length == 0 ? property.Name : $"this[{ParameterText.Of(accessor)}]"
        select $"{Access(accessor)}{Virtuality(type, accessor)}{required}{TypeName.Of(property)} {index} {{ {get}{set}}}";

    private static IEnumerable<string> Events(Type type) =>
        from item in type.GetEvents(Declared)
        where IsReachable(item.AddMethod)
        select $"{Access(item.AddMethod!)}{Virtuality(type, item.AddMethod!)}event {TypeName.Of(item.EventHandlerType!)} {item.Name}";

    private static IEnumerable<string> Methods(Type type) =>
        from method in type.GetMethods(Declared)
        where IsReachable(method) && !IsWrittenByCompiler(type, method)
        let generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : ""
        select $"{Access(method)}{Virtuality(type, method)}{TypeName.OfReturn(method)} {method.Name}{generic}({ParameterText.Of(method)}){Constraints.Of(method.GetGenericArguments())}";

    private static bool IsReachable(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool IsWritten(PropertyInfo property) => string.Equals(property.Name, "EqualityContract", StringComparison.Ordinal);

    private static bool IsCopy(Type type, ConstructorInfo constructor) =>
        TypeDeclaration.IsRecord(type) && constructor.GetParameters() is [var only] && only.ParameterType == type;

    private static bool IsWrittenByCompiler(Type type, MethodInfo method) =>
        (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal))
        || method.Name.Contains('<', StringComparison.Ordinal)
        || (TypeDeclaration.IsRecord(type) && (method.GetCustomAttribute<CompilerGeneratedAttribute>() is not null || method.Name is "Deconstruct" or "PrintMembers"));

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Virtuality(Type type, MethodInfo method) => (type.IsInterface, method) switch
    {
        (_, { IsStatic: true }) => "static ",
        (true, { IsAbstract: false }) => "virtual ",
        (true, _) => "",
        (_, { IsAbstract: true }) => "abstract ",
        (_, { IsVirtual: true, IsFinal: false }) => method.GetBaseDefinition() != method ? "override " : "virtual ",
        _ => "",
    };
}
