using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace McpRegistry.Repository.Tests.PublicSurface;

/// <summary>Parameters with their modifiers and defaults: both are part of what callers compile against.</summary>
internal static class ParameterText
{
    public static string Of(MethodBase method)
    {
        var isExtension = method.GetCustomAttribute<ExtensionAttribute>() is not null;
        return string.Join(", ", method.GetParameters().Select((parameter, index) =>
            $"{(isExtension && index == 0 ? "this " : "")}{Modifier(parameter)}{TypeName.Of(parameter)} {parameter.Name}{Default(parameter)}"));
    }

    public static string Value(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        bool flag => flag ? "true" : "false",
        char letter => $"'{letter}'",
        _ when type.IsEnum => $"{TypeName.Of(type)}.{Enum.ToObject(type, value)}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Modifier(ParameterInfo parameter) => parameter switch
    {
        { IsOut: true, ParameterType.IsByRef: true } => "out ",
        { IsIn: true, ParameterType.IsByRef: true } => "in ",
        { ParameterType.IsByRef: true } => "ref ",
        _ when parameter.GetCustomAttribute<ParamArrayAttribute>() is not null => "params ",
        _ => "",
    };

    private static string Default(ParameterInfo parameter) =>
        parameter.HasDefaultValue ? " = " + Value(parameter.DefaultValue, parameter.ParameterType) : "";
}
