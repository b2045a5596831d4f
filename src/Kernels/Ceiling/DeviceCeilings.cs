namespace IlgpuStyle.Kernels.Ceiling;

/// <summary>
/// What a device can do at most, measured: the roofline that a kernel's figures are held against.
/// </summary>
/// <remarks>
/// Source of the model: Williams, Waterman and Patterson 2009, "Roofline: an insightful visual performance model for
/// multicore architectures".
/// </remarks>
/// <param name="Gigaflops">Multiply-adds on registers, GFLOP/s.</param>
/// <param name="GigabytesPerSecond">A large copy, GB/s (10⁹) read and written.</param>
public sealed record DeviceCeilings(double Gigaflops, double GigabytesPerSecond)
{
    private const int Launches = 8;

    /// <summary>No launch begins after this: on a device that slow one is as good as eight.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(1);

    /// <summary>Measures both.</summary>
    /// <exception cref="DeviceException">The device has too little memory for the copy.</exception>
    public static DeviceCeilings Measure(Engine engine) =>
        new(new FmaCeiling(engine).MeasureGigaflops(), new CopyCeiling(engine).MeasureGigabytes());

    /// <summary>GFLOP/s that a kernel of this arithmetic intensity could reach: the lower of the two roofs.</summary>
    /// <param name="flopPerByte">Arithmetic intensity, FLOP per byte of memory traffic.</param>
    public double Roof(double flopPerByte) => Math.Min(Gigaflops, flopPerByte * GigabytesPerSecond);

    /// <summary>10⁹ units of work per second in the fastest of several launches, the first left out.</summary>
    internal static double Best(Engine engine, double work, Action launch)
    {
        launch();
        TimeSpan best = TimeSpan.MaxValue;
        TimeSpan total = TimeSpan.Zero;
        for (int i = 0; i < Launches && total < Enough; i++)
        {
            TimeSpan duration = engine.Profile(launch).Single().Duration;
            total += duration;
            best = duration < best ? duration : best;
        }
        return work / best.TotalSeconds / 1e9;
    }
}
