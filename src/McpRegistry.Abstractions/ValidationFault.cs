namespace McpRegistry;

/// <summary>One thing that is wrong with what a user wrote. Validators return all of them at once.</summary>
/// <param name="Path">The member, in the camel-case form of the REST body, for example <c>endpoints[0].url</c>.</param>
/// <param name="Code">A stable code for programs, for example <c>url_scheme</c>.</param>
/// <param name="Message">What is wrong and what would be right, for people; never a secret.</param>
public sealed record ValidationFault(string Path, string Code, string Message);
