using System.Reflection;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels;

/// <summary>A kernel that begins to load when it is first launched, in the background.</summary>
/// <typeparam name="TLauncher">Action of stream, configuration and the kernel's parameters.</typeparam>
internal abstract class LoadedKernel<TLauncher>(
    Engine engine, MethodInfo kernel, KernelSpecialization specialization)
    where TLauncher : Delegate
{
    private Task<Kernel>? _loading;
    private TLauncher? _launcher;

    protected AcceleratorStream Stream => engine.Accelerator.DefaultStream;

    /// <summary>What launches at once; null as long as a launch must wait.</summary>
    protected TLauncher? Ready => engine.Queue.IsEmpty ? _launcher : null;

    /// <summary>Begins to load it, for a launch that will come.</summary>
    public Task<Kernel> Load() => _loading ??= engine.Kernels.Load(kernel, specialization);

    protected void LaunchLater(Action<TLauncher> launch)
    {
        Task<Kernel> loading = Load();
        if (engine.HeedsOclgrind)
            Task.WaitAny(loading);
        engine.Queue.AddAfter(loading, () => _launcher = DeviceException.ThrowInstead(
            () =>
            {
                TLauncher launcher = _launcher ?? loading.Result.CreateLauncherDelegate<TLauncher>();
                launch(launcher);
                return launcher;
            },
            $"{engine.Device.Name} cannot launch {kernel.Name}"));
    }
}

/// <summary>A kernel of two parameters; below, of more. It is launched on the engine's stream.</summary>
internal sealed class DeviceKernel<T1, T2>(
    Engine engine, Action<T1, T2> kernel, KernelSpecialization specialization = default)
    : LoadedKernel<Action<AcceleratorStream, KernelConfig, T1, T2>>(engine, kernel.Method, specialization)
    where T1 : struct where T2 : struct
{
    public void Launch(KernelConfig config, T1 p1, T2 p2)
    {
        if (Ready is { } launch)
            launch(Stream, config, p1, p2);
        else
            LaunchLater(config, p1, p2);
    }

    private void LaunchLater(KernelConfig config, T1 p1, T2 p2) =>
        LaunchLater(launch => launch(Stream, config, p1, p2));
}

internal sealed class DeviceKernel<T1, T2, T3>(
    Engine engine, Action<T1, T2, T3> kernel, KernelSpecialization specialization = default)
    : LoadedKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3>>(engine, kernel.Method, specialization)
    where T1 : struct where T2 : struct where T3 : struct
{
    public void Launch(KernelConfig config, T1 p1, T2 p2, T3 p3)
    {
        if (Ready is { } launch)
            launch(Stream, config, p1, p2, p3);
        else
            LaunchLater(config, p1, p2, p3);
    }

    private void LaunchLater(KernelConfig config, T1 p1, T2 p2, T3 p3) =>
        LaunchLater(launch => launch(Stream, config, p1, p2, p3));
}

internal sealed class DeviceKernel<T1, T2, T3, T4>(
    Engine engine, Action<T1, T2, T3, T4> kernel, KernelSpecialization specialization = default)
    : LoadedKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>>(engine, kernel.Method, specialization)
    where T1 : struct where T2 : struct where T3 : struct where T4 : struct
{
    public void Launch(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4)
    {
        if (Ready is { } launch)
            launch(Stream, config, p1, p2, p3, p4);
        else
            LaunchLater(config, p1, p2, p3, p4);
    }

    private void LaunchLater(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4) =>
        LaunchLater(launch => launch(Stream, config, p1, p2, p3, p4));
}

internal sealed class DeviceKernel<T1, T2, T3, T4, T5>(
    Engine engine, Action<T1, T2, T3, T4, T5> kernel, KernelSpecialization specialization = default)
    : LoadedKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>>(engine, kernel.Method, specialization)
    where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
{
    public void Launch(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5)
    {
        if (Ready is { } launch)
            launch(Stream, config, p1, p2, p3, p4, p5);
        else
            LaunchLater(config, p1, p2, p3, p4, p5);
    }

    private void LaunchLater(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5) =>
        LaunchLater(launch => launch(Stream, config, p1, p2, p3, p4, p5));
}

internal sealed class DeviceKernel<T1, T2, T3, T4, T5, T6>(
    Engine engine, Action<T1, T2, T3, T4, T5, T6> kernel, KernelSpecialization specialization = default)
    : LoadedKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>>(
        engine, kernel.Method, specialization)
    where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
{
    public void Launch(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6)
    {
        if (Ready is { } launch)
            launch(Stream, config, p1, p2, p3, p4, p5, p6);
        else
            LaunchLater(config, p1, p2, p3, p4, p5, p6);
    }

    private void LaunchLater(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6) =>
        LaunchLater(launch => launch(Stream, config, p1, p2, p3, p4, p5, p6));
}

internal sealed class DeviceKernel<T1, T2, T3, T4, T5, T6, T7>(
    Engine engine, Action<T1, T2, T3, T4, T5, T6, T7> kernel, KernelSpecialization specialization = default)
    : LoadedKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>>(
        engine, kernel.Method, specialization)
    where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    where T7 : struct
{
    public void Launch(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7)
    {
        if (Ready is { } launch)
            launch(Stream, config, p1, p2, p3, p4, p5, p6, p7);
        else
            LaunchLater(config, p1, p2, p3, p4, p5, p6, p7);
    }

    private void LaunchLater(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7) =>
        LaunchLater(launch => launch(Stream, config, p1, p2, p3, p4, p5, p6, p7));
}

internal sealed class DeviceKernel<T1, T2, T3, T4, T5, T6, T7, T8>(
    Engine engine, Action<T1, T2, T3, T4, T5, T6, T7, T8> kernel, KernelSpecialization specialization = default)
    : LoadedKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>>(
        engine, kernel.Method, specialization)
    where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    where T7 : struct where T8 : struct
{
    public void Launch(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7, T8 p8)
    {
        if (Ready is { } launch)
            launch(Stream, config, p1, p2, p3, p4, p5, p6, p7, p8);
        else
            LaunchLater(config, p1, p2, p3, p4, p5, p6, p7, p8);
    }

    private void LaunchLater(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7, T8 p8) =>
        LaunchLater(launch => launch(Stream, config, p1, p2, p3, p4, p5, p6, p7, p8));
}

internal sealed class DeviceKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9>(
    Engine engine, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel, KernelSpecialization specialization = default)
    : LoadedKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(
        engine, kernel.Method, specialization)
    where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    where T7 : struct where T8 : struct where T9 : struct
{
    public void Launch(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7, T8 p8, T9 p9)
    {
        if (Ready is { } launch)
            launch(Stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9);
        else
            LaunchLater(config, p1, p2, p3, p4, p5, p6, p7, p8, p9);
    }

    private void LaunchLater(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7, T8 p8, T9 p9) =>
        LaunchLater(launch => launch(Stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9));
}

internal sealed class DeviceKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
    Engine engine, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel,
    KernelSpecialization specialization = default)
    : LoadedKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(
        engine, kernel.Method, specialization)
    where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    where T7 : struct where T8 : struct where T9 : struct where T10 : struct
{
    public void Launch(KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7, T8 p8, T9 p9, T10 p10)
    {
        if (Ready is { } launch)
            launch(Stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10);
        else
            LaunchLater(config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10);
    }

    private void LaunchLater(
        KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7, T8 p8, T9 p9, T10 p10) =>
        LaunchLater(launch => launch(Stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10));
}

internal sealed class DeviceKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
    Engine engine, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel,
    KernelSpecialization specialization = default)
    : LoadedKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(
        engine, kernel.Method, specialization)
    where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
{
    public void Launch(
        KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7, T8 p8, T9 p9, T10 p10, T11 p11)
    {
        if (Ready is { } launch)
            launch(Stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11);
        else
            LaunchLater(config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11);
    }

    private void LaunchLater(
        KernelConfig config, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7, T8 p8, T9 p9, T10 p10, T11 p11) =>
        LaunchLater(launch => launch(Stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11));
}
