using System.Reflection;
using System.Text;

namespace McpRegistry.Repository.Tests.PublicSurface;

/// <summary>Writes what users of an assembly can see: types by full name, members sorted under them.</summary>
internal static class SurfaceText
{
    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        string? current = null;
        foreach (var type in assembly.GetExportedTypes().Where(IsWritten).OrderBy(type => type.Namespace, StringComparer.Ordinal).ThenBy(type => type.FullName, StringComparer.Ordinal))
        {
            if (!string.Equals(type.Namespace, current, StringComparison.Ordinal))
            {
                current = type.Namespace;
                text.Append(text.Length == 0 ? "" : "\n").Append("namespace ").Append(current).Append('\n');
            }

            text.Append('\n').Append(TypeDeclaration.Of(type)).Append('\n');
            foreach (var member in MemberDeclarations.Of(type))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    // Extension blocks leave marker types whose names no source can contain.
    private static bool IsWritten(Type type) => !type.FullName!.Contains('<', StringComparison.Ordinal);
}
