using System.Reflection;

namespace McpRegistry.Repository.Tests.PublicSurface;

/// <summary>Types as C# writes them, with the question marks of nullable references.</summary>
internal static class TypeName
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int",
        [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal",
    };

    public static string OfReturn(MethodInfo method) => Of(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter));

    public static string Of(ParameterInfo parameter) => Of(parameter.ParameterType, new NullabilityInfoContext().Create(parameter));

    public static string Of(PropertyInfo property) => Of(property.PropertyType, new NullabilityInfoContext().Create(property));

    public static string Of(FieldInfo field) => Of(field.FieldType, new NullabilityInfoContext().Create(field));

    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!, nullability);
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Of(value) + "?";
        }

        // An unconstrained type parameter counts as nullable although nothing was written.
        var isMarked = !type.IsValueType && !type.IsGenericParameter
            && (nullability?.ReadState == NullabilityState.Nullable || nullability?.WriteState == NullabilityState.Nullable);
        return Bare(type, nullability) + (isMarked ? "?" : "");
    }

    private static string Bare(Type type, NullabilityInfo? nullability)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        if (type.IsArray)
        {
            return Of(type.GetElementType()!, nullability?.ElementType) + "[]";
        }

        var name = type.Name.Split('`')[0];
        var outer = type is { IsNested: true, IsGenericParameter: false } ? Of(type.DeclaringType!) + "." : "";
        return type.IsGenericType ? $"{outer}{name}<{Arguments(type, nullability)}>" : outer + name;
    }

    private static string Arguments(Type type, NullabilityInfo? nullability)
    {
        var arguments = type.GetGenericArguments();
        var known = nullability?.GenericTypeArguments is { } infos && infos.Length == arguments.Length ? infos : null;
        return string.Join(", ", arguments.Select((argument, index) => Of(argument, known?[index])));
    }
}
