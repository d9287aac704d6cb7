using System.Reflection;
using System.Runtime.CompilerServices;

namespace McpRegistry.Repository.Tests.PublicSurface;

/// <summary>The first line of a type.</summary>
internal static class TypeDeclaration
{
    public static string Of(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"public delegate {TypeName.OfReturn(invoke)} {TypeName.Of(type)}({ParameterText.Of(invoke)})";
        }

        var bases = string.Join(", ", BasesOf(type));
        var obsolete = type.GetCustomAttribute<ObsoleteAttribute>() is null ? "" : "[Obsolete] ";
        var flags = type.GetCustomAttribute<FlagsAttribute>() is null ? "" : "[Flags] ";
        return $"{obsolete}{flags}{(type.IsNestedFamily ? "protected" : "public")} {KindOf(type)} {TypeName.Of(type)}{(bases.Length == 0 ? "" : " : " + bases)}{Constraints.Of(type.GetGenericArguments())}";
    }

    /// <summary>A record is told by members that only the compiler writes.</summary>
    public static bool IsRecord(Type type) =>
        type.GetMethod("<Clone>$") is not null
        || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null);

    private static string KindOf(Type type) => type switch
    {
        { IsInterface: true } => "interface",
        { IsEnum: true } => "enum",
        { IsValueType: true } => StructOf(type),
        { IsAbstract: true, IsSealed: true } => "static class",
        _ => $"{(type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}{(IsRecord(type) ? "record" : "class")}",
    };

    private static string StructOf(Type type)
    {
        var readOnly = type.GetCustomAttribute<IsReadOnlyAttribute>() is null ? "" : "readonly ";
        return $"{readOnly}{(type.IsByRefLike ? "ref " : "")}{(IsRecord(type) ? "record " : "")}struct";
    }

    private static IEnumerable<string> BasesOf(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetEnumUnderlyingType() == typeof(int) ? [] : [TypeName.Of(type.GetEnumUnderlyingType())];
        }

        var inherited = type.BaseType?.GetInterfaces().Concat(type.GetInterfaces().SelectMany(item => item.GetInterfaces())) ?? [];
        var interfaces = type.GetInterfaces()
            .Except(inherited)
            .Where(item => !item.IsNotPublic && !(IsRecord(type) && item.IsGenericType && item.GetGenericTypeDefinition() == typeof(IEquatable<>)))
            .Select(item => TypeName.Of(item))
            .Order(StringComparer.Ordinal);
        return type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType)
            ? interfaces.Prepend(TypeName.Of(parent))
            : interfaces;
    }
}
