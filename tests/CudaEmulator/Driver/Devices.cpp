// Entry points for the driver, its one device, contexts, streams, events and errors. Streams run at once, in the order
// of the calls.
#include "../Runtime/Limits.h"
#include "../Runtime/Settings.h"
#include "Entry.h"
#include <chrono>
#include <cstdio>
#include <mutex>
#include <set>

namespace {

struct Context {};

struct Event {
    std::chrono::steady_clock::time_point time;
    bool recorded = false;
};

struct Stream {};

std::mutex contextLock;
std::set<Context*>& contexts = *new std::set<Context*>();
thread_local Context* currentContext;

// CUdevice_attribute, by CUDA's numbers.
int attribute(int number) {
    switch (number) {
        case 1: return Limits::blockThreads;
        case 2: return Limits::blockX;
        case 3: return Limits::blockY;
        case 4: return Limits::blockZ;
        case 5: return Limits::gridX;
        case 6: return Limits::gridY;
        case 7: return Limits::gridZ;
        case 8: return Limits::sharedBytes;                // MAX_SHARED_MEMORY_PER_BLOCK
        case 9: return 64 << 10;                           // TOTAL_CONSTANT_MEMORY
        case 10: return Limits::warpLanes;
        case 11: return 2147483647;                        // MAX_PITCH
        case 12: return Limits::registers;                 // MAX_REGISTERS_PER_BLOCK
        case 13: return 1410000;                           // CLOCK_RATE in kHz
        case 14: return 512;                               // TEXTURE_ALIGNMENT
        case 15: return 1;                                 // GPU_OVERLAP
        case 16: return settings.multiprocessors;
        case 19: return 1;                                 // CAN_MAP_HOST_MEMORY
        case 31: return 1;                                 // CONCURRENT_KERNELS
        case 32: return 1;                                 // ECC_ENABLED
        case 33: return 1;                                 // PCI_BUS_ID
        case 36: return 1215000;                           // MEMORY_CLOCK_RATE in kHz
        case 37: return 5120;                              // GLOBAL_MEMORY_BUS_WIDTH in bits
        case 38: return 40 << 20;                          // L2_CACHE_SIZE
        case 39: return Limits::multiprocessorWarps * Limits::warpLanes;
        case 40: return 3;                                 // ASYNC_ENGINE_COUNT
        case 41: return 1;                                 // UNIFIED_ADDRESSING
        case 75: return 8;                                 // COMPUTE_CAPABILITY_MAJOR
        case 76: return 0;                                 // COMPUTE_CAPABILITY_MINOR
        case 78: case 79: case 80: return 1;               // stream priorities, global and local L1 caches
        case 81: return Limits::multiprocessorSharedBytes;
        case 82: return Limits::registers;                 // MAX_REGISTERS_PER_MULTIPROCESSOR
        case 83: case 90: case 91: return 1;               // managed memory, preemption, host pointers on the device
        default: return 0;
    }
}

}

Result requireContext() {
    if (currentContext) return CUDA_SUCCESS;
    return report(CUDA_ERROR_INVALID_CONTEXT, "a call without a current context");
}

// ---- driver and device ----

ENTRY cuInit(int) {
    return settings.valid ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

ENTRY cuDriverGetVersion(int* version) {
    *version = 12080;
    return CUDA_SUCCESS;
}

ENTRY cuDeviceGetCount(int* count) {
    *count = 1;
    return CUDA_SUCCESS;
}

ENTRY cuDeviceGet(int* device, int ordinal) {
    *device = 0;
    return ordinal == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

ENTRY cuDeviceGetName(char* name, int length, int) {
    snprintf(name, length, "NVIDIA emulated sm_80");
    return CUDA_SUCCESS;
}

ENTRY cuDeviceTotalMem_v2(u64* bytes, int) {
    *bytes = settings.memoryBytes;
    return CUDA_SUCCESS;
}

ENTRY cuDeviceGetAttribute(int* value, int number, int) {
    *value = attribute(number);
    return CUDA_SUCCESS;
}

ENTRY cuDeviceCanAccessPeer(int* can, int, int) {
    *can = 0;
    return CUDA_SUCCESS;
}

ENTRY cuDeviceGetP2PAttribute(int* value, int, int, int) {
    *value = 0;
    return CUDA_SUCCESS;
}

ENTRY cuGetErrorString(int result, const char** text) {
    static thread_local std::string kept; // as long as the caller may read it
    kept = textOf(result);
    *text = kept.c_str();
    return CUDA_SUCCESS;
}

// ---- contexts ----

ENTRY cuCtxCreate_v2(void** context, int, int) {
    std::lock_guard guard(contextLock);
    currentContext = new Context();
    contexts.insert(currentContext);
    *context = currentContext;
    return CUDA_SUCCESS;
}

ENTRY cuCtxDestroy_v2(void* given) {
    Context* context = (Context*)given;
    std::lock_guard guard(contextLock);
    if (!contexts.erase(context)) return CUDA_ERROR_INVALID_CONTEXT;
    if (currentContext == context) currentContext = nullptr;
    delete context;
    return CUDA_SUCCESS;
}

ENTRY cuCtxSetCurrent(void* given) {
    Context* context = (Context*)given;
    std::lock_guard guard(contextLock);
    if (context && !contexts.count(context)) return CUDA_ERROR_INVALID_CONTEXT;
    currentContext = context;
    return CUDA_SUCCESS;
}

ENTRY cuCtxSynchronize() {
    return requireContext();
}

ENTRY cuCtxGetCacheConfig(int* config) {
    *config = 0;
    return CUDA_SUCCESS;
}

ENTRY cuCtxSetCacheConfig(int) {
    return CUDA_SUCCESS;
}

ENTRY cuCtxGetSharedMemConfig(int* config) {
    *config = 1;
    return CUDA_SUCCESS;
}

ENTRY cuCtxSetSharedMemConfig(int) {
    return CUDA_SUCCESS;
}

ENTRY cuCtxEnablePeerAccess(void*, int) {
    return CUDA_ERROR_NOT_SUPPORTED;
}

ENTRY cuCtxDisablePeerAccess(void*) {
    return CUDA_ERROR_NOT_SUPPORTED;
}

// ---- streams and events ----

ENTRY cuStreamCreate(void** stream, u32) {
    *stream = new Stream();
    return requireContext();
}

ENTRY cuStreamCreateWithPriority(void** stream, u32 flags, int) {
    return cuStreamCreate(stream, flags);
}

ENTRY cuStreamDestroy_v2(void* stream) {
    delete (Stream*)stream;
    return CUDA_SUCCESS;
}

ENTRY cuStreamSynchronize(void*) {
    return requireContext();
}

ENTRY cuEventCreate(void** event, int) {
    *event = new Event();
    return requireContext();
}

ENTRY cuEventDestroy_v2(void* event) {
    delete (Event*)event;
    return CUDA_SUCCESS;
}

ENTRY cuEventRecord(void* given, void*) {
    Event& event = *(Event*)given;
    event.time = std::chrono::steady_clock::now();
    event.recorded = true;
    return requireContext();
}

ENTRY cuEventQuery(void*) {
    return requireContext();
}

ENTRY cuEventSynchronize(void*) {
    return requireContext();
}

ENTRY cuEventElapsedTime(float* milliseconds, void* from, void* to) {
    const Event &begin = *(Event*)from, &end = *(Event*)to;
    if (!begin.recorded || !end.recorded) return CUDA_ERROR_INVALID_VALUE;
    *milliseconds = std::chrono::duration<float, std::milli>(end.time - begin.time).count();
    return CUDA_SUCCESS;
}
