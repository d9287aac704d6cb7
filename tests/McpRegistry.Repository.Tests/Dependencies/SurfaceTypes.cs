using System.Reflection;

namespace McpRegistry.Repository.Tests.Dependencies;

/// <summary>All types that the public members of an assembly name.</summary>
internal static class SurfaceTypes
{
    private const BindingFlags Visible = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlySet<Type> Of(Assembly assembly)
    {
        var found = new HashSet<Type>();
        foreach (var type in assembly.GetExportedTypes())
        {
            Collect(type.BaseType, found);
            Array.ForEach(type.GetInterfaces(), item => Collect(item, found));
            foreach (var member in type.GetMembers(Visible).SelectMany(Types))
            {
                Collect(member, found);
            }
        }

        return found;
    }

    private static IEnumerable<Type> Types(MemberInfo member) => member switch
    {
        FieldInfo { IsPrivate: false, IsAssembly: false } field => [field.FieldType],
        MethodInfo { IsPrivate: false, IsAssembly: false } method => [method.ReturnType, .. Parameters(method)],
        ConstructorInfo { IsPrivate: false, IsAssembly: false } constructor => Parameters(constructor),
        _ => [],
    };

    private static IEnumerable<Type> Parameters(MethodBase method) => method.GetParameters().Select(parameter => parameter.ParameterType);

    private static void Collect(Type? type, HashSet<Type> found)
    {
        if (type is null || !found.Add(type))
        {
            return;
        }

        Collect(type.GetElementType(), found);
        Array.ForEach(type.GetGenericArguments(), argument => Collect(argument, found));
    }
}
