namespace IlgpuStyle.App.Errors;

/// <summary>An option's value is wrong. The message is one sentence for the user.</summary>
internal sealed class UsageException(string message) : Exception(message);
