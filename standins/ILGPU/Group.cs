namespace ILGPU;

/// <summary>The group that the executing thread of an explicitly grouped kernel belongs to.</summary>
public static class Group
{
    /// <summary>Index of this thread in its group, along X.</summary>
    public static int IdxX => throw KernelOnly.Error("Group.IdxX");

    /// <summary>Threads in a group, along X.</summary>
    public static int DimX => throw KernelOnly.Error("Group.DimX");

    /// <summary>Waits for all threads of the group and makes their writes to memory visible to each other.</summary>
    public static void Barrier() => throw KernelOnly.Error("Group.Barrier");
}
