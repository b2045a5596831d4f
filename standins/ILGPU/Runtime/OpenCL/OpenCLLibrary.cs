using System.Runtime.InteropServices;

namespace ILGPU.Runtime.OpenCL;

/// <summary>The functions of OpenCL 1.2 that are called, found at run time in the ICD loader.</summary>
/// <remarks>
/// A library that was loaded into the process beforehand wins: so tools such as Oclgrind, which preload an OpenCL
/// of their own, see every call.
/// </remarks>
internal static unsafe class OpenCLLibrary
{
    /// <summary>
    /// Held while devices are looked for, opened and closed, and programs built: PoCL 3.1 crashes now and then where
    /// two threads do that at once. Launches and copies go without.
    /// </summary>
    internal static readonly Lock Setup = new();

    private static readonly nint Library = Find();

    /// <summary>
    /// Whether there is a loader, and of OpenCL 1.2 at least, which brought clEnqueueMarkerWithWaitList.
    /// </summary>
    internal static bool IsAvailable => Library != 0 && EnqueueMarkerWithWaitList != null;

    internal static readonly delegate* unmanaged<uint, nint*, uint*, CLError>
        GetPlatformIDs = (delegate* unmanaged<uint, nint*, uint*, CLError>)Export("clGetPlatformIDs");

    internal static readonly delegate* unmanaged<nint, uint, nuint, void*, nuint*, CLError>
        GetPlatformInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, CLError>)Export("clGetPlatformInfo");

    internal static readonly delegate* unmanaged<nint, ulong, uint, nint*, uint*, CLError>
        GetDeviceIDs = (delegate* unmanaged<nint, ulong, uint, nint*, uint*, CLError>)Export("clGetDeviceIDs");

    internal static readonly delegate* unmanaged<nint, uint, nuint, void*, nuint*, CLError>
        GetDeviceInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, CLError>)Export("clGetDeviceInfo");

    internal static readonly delegate* unmanaged<nint*, uint, nint*, void*, void*, CLError*, nint>
        CreateContext =
            (delegate* unmanaged<nint*, uint, nint*, void*, void*, CLError*, nint>)Export("clCreateContext");

    internal static readonly delegate* unmanaged<nint, CLError>
        ReleaseContext = (delegate* unmanaged<nint, CLError>)Export("clReleaseContext");

    internal static readonly delegate* unmanaged<nint, nint, ulong, CLError*, nint>
        CreateCommandQueue = (delegate* unmanaged<nint, nint, ulong, CLError*, nint>)Export("clCreateCommandQueue");

    internal static readonly delegate* unmanaged<nint, CLError>
        ReleaseCommandQueue = (delegate* unmanaged<nint, CLError>)Export("clReleaseCommandQueue");

    internal static readonly delegate* unmanaged<nint, ulong, nuint, void*, CLError*, nint>
        CreateBuffer = (delegate* unmanaged<nint, ulong, nuint, void*, CLError*, nint>)Export("clCreateBuffer");

    internal static readonly delegate* unmanaged<nint, CLError>
        ReleaseMemObject = (delegate* unmanaged<nint, CLError>)Export("clReleaseMemObject");

    internal static readonly delegate* unmanaged<nint, delegate* unmanaged[Cdecl]<nint, void*, void>, void*, CLError>
        SetMemObjectDestructorCallback =
            (delegate* unmanaged<nint, delegate* unmanaged[Cdecl]<nint, void*, void>, void*, CLError>)
            Export("clSetMemObjectDestructorCallback");

    internal static readonly delegate* unmanaged<nint, uint, byte**, nuint*, CLError*, nint>
        CreateProgramWithSource =
            (delegate* unmanaged<nint, uint, byte**, nuint*, CLError*, nint>)Export("clCreateProgramWithSource");

    internal static readonly
        delegate* unmanaged<nint, uint, nint*, nuint*, byte**, CLError*, CLError*, nint>
        CreateProgramWithBinary =
            (delegate* unmanaged<nint, uint, nint*, nuint*, byte**, CLError*, CLError*, nint>)
            Export("clCreateProgramWithBinary");

    internal static readonly delegate* unmanaged<nint, uint, nuint, void*, nuint*, CLError>
        GetProgramInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, CLError>)Export("clGetProgramInfo");

    internal static readonly delegate* unmanaged<nint, uint, nint*, byte*, void*, void*, CLError>
        BuildProgram = (delegate* unmanaged<nint, uint, nint*, byte*, void*, void*, CLError>)Export("clBuildProgram");

    internal static readonly delegate* unmanaged<nint, nint, uint, nuint, void*, nuint*, CLError>
        GetProgramBuildInfo =
            (delegate* unmanaged<nint, nint, uint, nuint, void*, nuint*, CLError>)Export("clGetProgramBuildInfo");

    internal static readonly delegate* unmanaged<nint, CLError>
        ReleaseProgram = (delegate* unmanaged<nint, CLError>)Export("clReleaseProgram");

    internal static readonly delegate* unmanaged<nint, byte*, CLError*, nint>
        CreateKernel = (delegate* unmanaged<nint, byte*, CLError*, nint>)Export("clCreateKernel");

    internal static readonly delegate* unmanaged<nint, CLError>
        ReleaseKernel = (delegate* unmanaged<nint, CLError>)Export("clReleaseKernel");

    internal static readonly delegate* unmanaged<nint, uint, nuint, void*, CLError>
        SetKernelArg = (delegate* unmanaged<nint, uint, nuint, void*, CLError>)Export("clSetKernelArg");

    internal static readonly delegate* unmanaged<nint, nint, uint, nuint*, nuint*, nuint*, uint, nint*, nint*, CLError>
        EnqueueNDRangeKernel =
            (delegate* unmanaged<nint, nint, uint, nuint*, nuint*, nuint*, uint, nint*, nint*, CLError>)
            Export("clEnqueueNDRangeKernel");

    internal static readonly delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, CLError>
        EnqueueReadBuffer =
            (delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, CLError>)
            Export("clEnqueueReadBuffer");

    internal static readonly delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, CLError>
        EnqueueWriteBuffer =
            (delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, CLError>)
            Export("clEnqueueWriteBuffer");

    internal static readonly delegate* unmanaged<nint, uint, nint*, nint*, CLError>
        EnqueueMarkerWithWaitList =
            (delegate* unmanaged<nint, uint, nint*, nint*, CLError>)Export("clEnqueueMarkerWithWaitList");

    internal static readonly delegate* unmanaged<nint, CLError>
        Finish = (delegate* unmanaged<nint, CLError>)Export("clFinish");

    internal static readonly delegate* unmanaged<uint, nint*, CLError>
        WaitForEvents = (delegate* unmanaged<uint, nint*, CLError>)Export("clWaitForEvents");

    internal static readonly delegate* unmanaged<nint, uint, nuint, void*, nuint*, CLError>
        GetEventProfilingInfo =
            (delegate* unmanaged<nint, uint, nuint, void*, nuint*, CLError>)Export("clGetEventProfilingInfo");

    internal static readonly delegate* unmanaged<nint, CLError>
        ReleaseEvent = (delegate* unmanaged<nint, CLError>)Export("clReleaseEvent");

    private static nint Find()
    {
        nint program = NativeLibrary.GetMainProgramHandle();
        if (NativeLibrary.TryGetExport(program, "clGetPlatformIDs", out _))
            return program;
        string[] names =
            OperatingSystem.IsWindows() ? ["OpenCL.dll"]
            : OperatingSystem.IsMacOS() ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
            : ["libOpenCL.so.1", "libOpenCL.so"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
                return library;
        }
        return 0;
    }

    private static nint Export(string name) =>
        Library != 0 && NativeLibrary.TryGetExport(Library, name, out nint function) ? function : 0;
}
