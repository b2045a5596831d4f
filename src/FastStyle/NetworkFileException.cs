namespace IlgpuStyle.FastStyle;

/// <summary>A network's file that cannot be read or used; the message is the one sentence for the user.</summary>
public sealed class NetworkFileException(string message, Exception? inner = null) : Exception(message, inner);
