// How many registers a kernel takes, and how many blocks of it fit a multiprocessor.
#include "Occupancy.h"
#include "../Runtime/Limits.h"
#include <algorithm>

static u32 warpsOf(u32 threads) {
    return (threads + Limits::warpLanes - 1) / Limits::warpLanes;
}

u32 registersPerThread(const Kernel& kernel) {
    const u32 unit = 8, least = 16, spare = 8; // spare: what ptxas needs for addresses and such, a guess
    const Function& function = *kernel.function;
    u32 registers = std::min(Limits::threadRegisters, (u32)function.liveRegisters + spare);
    if (function.maxThreads) {
        u64 threads = function.maxThreads * std::max<u64>(1, function.minBlocks);
        registers = std::min(registers, (u32)(Limits::registers / threads) / unit * unit);
    }
    return (std::max(registers, least) + unit - 1) / unit * unit;
}

u32 blocksPerMultiprocessor(const Kernel& kernel, u32 threads, u64 dynamicSharedBytes) {
    if (threads == 0 || threads > Limits::blockThreads) return 0;
    const u64 reserved = 1024; // shared memory that the driver takes for each block
    u32 warps = warpsOf(threads);
    u32 byWarps = Limits::multiprocessorWarps / warps;
    u32 byRegisters = Limits::registers / (registersPerThread(kernel) * Limits::warpLanes) / warps;
    u64 shared = kernel.module->module.sharedBytes + dynamicSharedBytes + reserved;
    u32 byShared = (u32)(Limits::multiprocessorSharedBytes / shared);
    return std::min({byWarps, byRegisters, byShared, Limits::multiprocessorBlocks});
}
