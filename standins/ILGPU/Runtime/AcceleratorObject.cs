using ILGPU.Util;

namespace ILGPU.Runtime;

/// <summary>Something that lives on an accelerator.</summary>
public abstract class AcceleratorObject : DisposeBase
{
    private protected AcceleratorObject(Accelerator accelerator) => Accelerator = accelerator;

    /// <summary>The accelerator.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>Through which interface the accelerator is driven.</summary>
    public AcceleratorType AcceleratorType => Accelerator.AcceleratorType;
}
