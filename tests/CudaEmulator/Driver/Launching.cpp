// Entry points for modules and launches.
#include "Launching.h"
#include "../Runtime/KernelCompiler.h"
#include "../Runtime/Launch.h"
#include "../Runtime/Settings.h"
#include "Entry.h"
#include "Occupancy.h"
#include "Statistics.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>

using std::string;

std::mutex& launchLock = *new std::mutex();

namespace {

u64 launchCount;

// The tags of cuLaunchKernel's `extra`.
constexpr u64 parameterBuffer = 1, parameterBufferBytes = 2;

// Says why a launch is refused. Empty where it is not.
string limitExceeded(const Kernel& kernel, const u32* grid, const u32* block, u32 dynamicSharedBytes) {
    for (int d = 0; d < 3; d++)
        if (!grid[d] || !block[d]) return "a dimension is 0";
    if (grid[0] > Limits::gridX || grid[1] > Limits::gridY || grid[2] > Limits::gridZ) return "the grid is too large";
    u64 threads = (u64)block[0] * block[1] * block[2];
    if (block[0] > Limits::blockX || block[1] > Limits::blockY || block[2] > Limits::blockZ
        || threads > Limits::blockThreads) return "the block is too large";
    u64 maxThreads = kernel.function->maxThreads;
    if (maxThreads && threads > maxThreads) return format(".maxntid allows %lu threads", maxThreads);
    u64 shared = kernel.module->module.sharedBytes + dynamicSharedBytes;
    if (shared > Limits::sharedBytes)
        return format("%lu bytes of shared memory, %u at most", shared, Limits::sharedBytes);
    return "";
}

void warnOfRegisters(Kernel& kernel, u32 threads) {
    u32 rounded = (threads + Limits::warpLanes - 1) / Limits::warpLanes * Limits::warpLanes;
    bool fits = registersPerThread(kernel) * rounded <= Limits::registers;
    if (fits || kernel.function->maxThreads || !kernel.warnings.insert("registers").second) return;
    say(format("warning: kernel %s has about %u live registers; blocks of %u threads may not fit a multiprocessor's %u "
               "(no .maxntid)", kernel.name().c_str(), registersPerThread(kernel), threads, Limits::registers));
}

// The kernel's parameters as one buffer: given as that, or one by one. Empty, with *why, where they do not suit.
std::vector<u8> collectParameters(Kernel& kernel, void** arguments, void** extra, string* why) {
    const Function& function = *kernel.function;
    std::vector<u8> buffer(std::max<u64>(1, function.parameterBytes), 0xff);
    if (!extra) {
        for (size_t k = 0; k < function.parameters.size(); k++)
            memcpy(buffer.data() + function.parameters[k].offset, arguments[k], function.parameters[k].bytes);
        return buffer;
    }
    const void* given = nullptr;
    u64 bytes = 0;
    for (; *extra; extra += 2) {
        u64 tag = (u64)extra[0];
        if (tag == parameterBuffer) given = extra[1];
        if (tag == parameterBufferBytes) bytes = *(const u64*)extra[1];
    }
    if (!given || bytes < function.parameterBytes) {
        *why = format("%lu bytes of parameters, not %lu", bytes, function.parameterBytes);
        return {};
    }
    if (bytes != function.parameterBytes && kernel.warnings.insert("parameters").second)
        say(format("warning: kernel %s takes %lu bytes of parameters, %lu are given", kernel.name().c_str(),
                   function.parameterBytes, bytes));
    memcpy(buffer.data(), given, function.parameterBytes);
    return buffer;
}

void runOnWorkers(Launch& launch) {
    static auto& workers = *new std::vector<std::unique_ptr<Worker>>();
    u64 count = std::min<u64>(settings.threads, launch.blocks());
    while (workers.size() < count) workers.push_back(std::make_unique<Worker>());
    std::vector<std::thread> others;
    for (u64 k = 1; k < count; k++) others.emplace_back(runBlocks, std::ref(*workers[k]), std::ref(launch));
    runBlocks(*workers[0], launch);
    for (auto& thread : others) thread.join();
}

void giveErrorLog(const string& text, int count, const int* options, void** values) {
    const int errorLogBuffer = 5, errorLogBufferBytes = 6;
    char* buffer = nullptr;
    size_t room = 0;
    for (int k = 0; k < count; k++) {
        if (options[k] == errorLogBuffer) buffer = (char*)values[k];
        if (options[k] == errorLogBufferBytes) room = (size_t)values[k];
    }
    if (buffer && room) snprintf(buffer, room, "%s", text.c_str());
}

}

// ---- modules ----

ENTRY cuModuleLoadDataEx(void** module, const char* ptx, int count, const int* options, void** values) {
    if (Result error = requireContext()) return error;
    string refusal;
    std::unique_ptr<LoadedModule> loaded = loadModule(ptx, &refusal);
    if (!loaded) {
        giveErrorLog("ptxas: " + refusal, count, options, values);
        return report(CUDA_ERROR_INVALID_PTX, "ptxas: " + refusal);
    }
    addToStatistics(*loaded);
    *module = loaded.release();
    return CUDA_SUCCESS;
}

ENTRY cuModuleLoadData(void** module, const char* ptx) {
    return cuModuleLoadDataEx(module, ptx, 0, nullptr, nullptr);
}

ENTRY cuModuleUnload(void*) {
    return CUDA_SUCCESS; // kept for good (Statistics.h)
}

ENTRY cuModuleGetFunction(void** function, void* module, const char* name) {
    auto& kernels = ((LoadedModule*)module)->kernels;
    auto found = kernels.find(name);
    if (found == kernels.end()) return CUDA_ERROR_NOT_FOUND;
    *function = found->second.get();
    return CUDA_SUCCESS;
}

// ---- launches ----

ENTRY cuLaunchKernel(void* function, u32 gridX, u32 gridY, u32 gridZ, u32 blockX, u32 blockY, u32 blockZ,
                     u32 dynamicSharedBytes, void*, void** arguments, void** extra) {
    if (Result error = requireContext()) return error;
    Kernel& kernel = *(Kernel*)function;
    Launch launch{&kernel, {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, dynamicSharedBytes, nullptr, 0};
    std::lock_guard guard(launchLock);
    string why = limitExceeded(kernel, launch.grid, launch.block, dynamicSharedBytes);
    std::vector<u8> parameters;
    if (why.empty()) parameters = collectParameters(kernel, arguments, extra, &why);
    string launched = format("%s grid (%u, %u, %u) block (%u, %u, %u)", kernel.name().c_str(), gridX, gridY, gridZ,
                             blockX, blockY, blockZ);
    if (!why.empty()) return report(CUDA_ERROR_INVALID_VALUE, "launch of " + launched + ": " + why);
    u32 threads = launch.threadsPerBlock();
    warnOfRegisters(kernel, threads);
    if (settings.runs && !compile(*kernel.module)) return CUDA_ERROR_INVALID_PTX;

    auto start = std::chrono::steady_clock::now();
    launch.parameters = parameters.data();
    launch.serial = ++launchCount;
    if (settings.runs) runOnWorkers(launch);
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    kernel.launches++;
    kernel.seconds += seconds;
    kernel.mostThreads = std::max(kernel.mostThreads, threads);
    if (settings.traces)
        say(format("%8.3f ms  %s, %u on a multiprocessor%s", seconds * 1e3, launched.c_str(),
                   blocksPerMultiprocessor(kernel, threads, dynamicSharedBytes), launch.error ? " failed" : ""));
    return launch.error;
}

// ---- occupancy ----

ENTRY cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void* function, int threads, u64 dynamicSharedBytes) {
    *blocks = (int)blocksPerMultiprocessor(*(Kernel*)function, (u32)threads, dynamicSharedBytes);
    return CUDA_SUCCESS;
}

ENTRY cuOccupancyMaxPotentialBlockSize(int* grid, int* block, void* function, u64 (*sharedBytesFor)(int),
                                       u64 dynamicSharedBytes, int limit) {
    const Kernel& kernel = *(Kernel*)function;
    int most = limit > 0 ? std::min<int>(limit, Limits::blockThreads) : (int)Limits::blockThreads;
    if (kernel.function->maxThreads) most = std::min(most, (int)kernel.function->maxThreads);
    int best = std::max(1, most), bestThreads = 0; // threads that a multiprocessor holds
    for (int size = most / 32 * 32; size >= 32; size -= 32) {
        u64 shared = sharedBytesFor ? sharedBytesFor(size) : dynamicSharedBytes;
        int resident = (int)blocksPerMultiprocessor(kernel, (u32)size, shared) * size;
        if (resident <= bestThreads) continue;
        bestThreads = resident;
        best = size;
    }
    *block = best;
    *grid = std::max(1, bestThreads / best) * settings.multiprocessors;
    return CUDA_SUCCESS;
}
