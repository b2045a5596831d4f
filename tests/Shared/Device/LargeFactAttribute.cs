namespace IlgpuStyle.Testing;

/// <summary>A test that simulated devices skip, as <see cref="TestDevice.Affords"/> says.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LargeFactAttribute : FactAttribute
{
    /// <param name="work">Elements or multiply-adds of the test.</param>
    public LargeFactAttribute(long work)
    {
        Work = work;
        if (!TestDevice.Affords(work))
            Skip = "Too large for a device that is simulated.";
    }

    /// <summary>Elements or multiply-adds of the test.</summary>
    public long Work { get; }
}
