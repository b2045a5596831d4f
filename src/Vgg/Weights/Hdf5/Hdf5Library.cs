using HDF.PInvoke;

namespace IlgpuStyle.Vgg.Weights.Hdf5;

/// <summary>The door to the native library: one caller at a time, and silent on stderr.</summary>
internal static class Hdf5Library
{
    [ThreadStatic]
    private static bool _silenced;

    /// <summary>Builds of HDF5 without its thread-safety option corrupt memory when two threads are inside.</summary>
    private static readonly Lock Gate = new();

    /// <summary>Enters the library; dispose the result to leave.</summary>
    /// <exception cref="WeightFileException">The library is not installed or cannot be loaded.</exception>
    internal static Lock.Scope Enter()
    {
        Lock.Scope scope = Gate.EnterScope();
        try
        {
            if (!_silenced) // Each thread has an error stack of its own.
            {
                _ = H5E.set_auto(H5E.DEFAULT, null, 0);
                _silenced = true;
            }
            return scope;
        }
        catch (DllNotFoundException missing)
        {
            scope.Dispose();
            throw new WeightFileException(missing.Message, missing);
        }
        catch (TypeInitializationException unloadable)
        {
            // HDF.PInvoke calls its library when its classes are initialised; .NET's reason goes on with general
            // advice.
            scope.Dispose();
            string reason = unloadable.GetBaseException().Message.Split('\n')[0].Split(". ")[0].TrimEnd('\r', '.');
            throw new WeightFileException(
                $"The HDF5 library that HDF.PInvoke brings along cannot be loaded ({reason}); a build with "
                + "-p:Hdf5=bindings takes the system's.", unloadable);
        }
    }
}

/// <summary>An open HDF5 identifier together with the call that closes it.</summary>
internal readonly struct Hdf5Handle(long id, Func<long, int> close) : IDisposable
{
    internal bool IsOpen => id >= 0;

    public static implicit operator long(Hdf5Handle handle) => handle.Id;

    private long Id => id;

    public void Dispose()
    {
        if (IsOpen)
            _ = close(id);
    }
}
