using System.Collections.Immutable;
using ILGPU.Runtime;
using ILGPU.Util;

namespace ILGPU;

/// <summary>The devices that a program may use, and how kernels are compiled for them.</summary>
public sealed class Context : DisposeBase
{
    private Context(Builder builder)
    {
        Devices = [.. builder.Devices];
        EnableProfiling = builder.EnableProfiling;
    }

    /// <summary>The devices found; empty where there is no driver.</summary>
    public ImmutableArray<Device> Devices { get; }

    internal bool EnableProfiling { get; }

    /// <summary>Builds a context.</summary>
    /// <param name="buildingCallback">Chooses devices and options.</param>
    public static Context Create(Action<Builder> buildingCallback)
    {
        ArgumentNullException.ThrowIfNull(buildingCallback);
        var builder = new Builder();
        buildingCallback(builder);
        return new Context(builder);
    }

    /// <summary>Devices and options of a context to be.</summary>
    public sealed class Builder
    {
        internal Builder()
        {
        }

        internal List<Device> Devices { get; } = [];

        internal bool EnableProfiling { get; private set; }

        /// <summary>Chooses how hard the kernel compiler works; drivers of OpenCL always do their best.</summary>
        public Builder Optimize(OptimizationLevel level)
        {
            if (!Enum.IsDefined(level))
                throw new ArgumentOutOfRangeException(nameof(level), level, "Unknown optimization level.");
            return this;
        }

        /// <summary>Lets streams take profiling markers.</summary>
        public Builder Profiling()
        {
            EnableProfiling = true;
            return this;
        }
    }
}
