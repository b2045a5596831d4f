using IlgpuStyle.Kernels;

namespace IlgpuStyle.App.Terminal;

/// <summary>What a user is told of an open device.</summary>
internal static class DeviceLines
{
    /// <summary>Which it is, and why it may take its time.</summary>
    public static void Tell(Engine engine, Action<string> tell)
    {
        tell($"device: {engine.Device.Name} ({engine.Device.Api})");
        if (engine.IsFirstStart)
            tell("compiling kernels (first start) …");
    }
}
