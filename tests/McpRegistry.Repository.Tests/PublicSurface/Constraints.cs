using System.Reflection;

namespace McpRegistry.Repository.Tests.PublicSurface;

/// <summary>The <c>where</c> clauses of type parameters.</summary>
internal static class Constraints
{
    public static string Of(Type[] parameters) => string.Concat(parameters
        .Where(parameter => parameter.IsGenericParameter)
        .Select(parameter => (parameter.Name, Rules: RulesOf(parameter).ToArray()))
        .Where(parameter => parameter.Rules.Length > 0)
        .Select(parameter => $" where {parameter.Name} : {string.Join(", ", parameter.Rules)}"));

    private static IEnumerable<string> RulesOf(Type parameter)
    {
        var flags = parameter.GenericParameterAttributes;
        var isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        if (isStruct)
        {
            yield return "struct";
        }
        else if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            yield return "class";
        }

        foreach (var type in parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)))
        {
            yield return TypeName.Of(type);
        }

        if (!isStruct && flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
        {
            yield return "new()";
        }
    }
}
