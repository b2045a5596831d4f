// Entry points for memory. Host memory that the driver allocates lies in the region of device memory, so that kernels
// may read it; other host memory is not checked in copies.
#include "../Runtime/DeviceMemory.h"
#include "../Runtime/Settings.h"
#include "Entry.h"
#include "Launching.h"
#include <cstring>

ENTRY cuMemGetInfo_v2(u64* free, u64* total) {
    *total = settings.memoryBytes;
    *free = settings.memoryBytes - deviceMemory.usedBytes();
    return requireContext();
}

ENTRY cuMemAlloc_v2(u64* address, u64 bytes) {
    if (Result error = requireContext()) return error;
    return deviceMemory.allocate(bytes, false, address);
}

ENTRY cuMemFree_v2(u64 address) {
    if (Result error = requireContext()) return error;
    std::lock_guard guard(launchLock);
    return address ? deviceMemory.release(address) : CUDA_SUCCESS;
}

ENTRY cuMemAllocHost_v2(u64* address, u64 bytes) {
    if (Result error = requireContext()) return error;
    return deviceMemory.allocate(bytes, true, address);
}

ENTRY cuMemFreeHost(u64 address) {
    return deviceMemory.release(address);
}

ENTRY cuMemHostRegister_v2(void*, u64, u32) {
    return CUDA_SUCCESS;
}

ENTRY cuMemHostUnregister(void*) {
    return CUDA_SUCCESS;
}

ENTRY cuMemHostGetDevicePointer_v2(u64* device, u64 host, int) {
    *device = host;
    return CUDA_SUCCESS;
}

ENTRY cuPointerGetAttribute(void* value, int attribute, u64 address) {
    const int memoryType = 2, host = 1, device = 2;
    auto allocation = deviceMemory.find(address);
    if (!allocation || attribute != memoryType) return CUDA_ERROR_INVALID_VALUE;
    *(int*)value = allocation->onHost ? host : device;
    return CUDA_SUCCESS;
}

ENTRY cuMemcpyAsync(u64 to, u64 from, u64 bytes, void*) {
    if (Result error = requireContext()) return error;
    if (Result error = deviceMemory.checkRange("copy to device memory", to, bytes)) return error;
    if (Result error = deviceMemory.checkRange("copy from device memory", from, bytes)) return error;
    if (settings.runs || !deviceMemory.inRegion(to)) memmove((void*)to, (const void*)from, bytes);
    return CUDA_SUCCESS;
}

ENTRY cuMemsetD8Async(u64 to, u8 value, u64 bytes, void*) {
    if (Result error = requireContext()) return error;
    if (bytes && !deviceMemory.inRegion(to))
        return report(CUDA_ERROR_INVALID_VALUE, "memset outside of device memory");
    if (Result error = deviceMemory.checkRange("memset", to, bytes)) return error;
    if (settings.runs) memset((void*)to, value, bytes);
    return CUDA_SUCCESS;
}
