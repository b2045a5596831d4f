// Device memory, within one region of addresses.
#include "DeviceMemory.h"
#include "Settings.h"
#include <cstring>
#include <mutex>
#include <sys/mman.h>

using std::string;

DeviceMemory& deviceMemory = *new DeviceMemory();

static constexpr u64 pageBytes = 4096;
static constexpr int anonymous = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

static u64 wholePages(u64 bytes) {
    return (bytes + pageBytes - 1) / pageBytes * pageBytes;
}

// The allocation of a map that begins at an address or before it.
static const Allocation* lastBefore(const std::map<u64, Allocation>& allocations, u64 address) {
    auto after = allocations.upper_bound(address);
    return after == allocations.begin() ? nullptr : &std::prev(after)->second;
}

bool DeviceMemory::reserveRegion() {
    if (_region) return true;
    void* region = mmap(nullptr, regionBytes, PROT_NONE, anonymous, -1, 0);
    if (region == MAP_FAILED) return false;
    _region = _next = (u64)region;
    if (settings.checksGlobalRaces) {
        void* shadow = mmap(nullptr, regionBytes / 4 * sizeof(GlobalShadow), PROT_READ | PROT_WRITE, anonymous, -1, 0);
        if (shadow == MAP_FAILED) return false;
        _shadow = (GlobalShadow*)shadow;
    }
    return true;
}

Result DeviceMemory::allocate(u64 bytes, bool onHost, u64* address) {
    std::unique_lock guard(_lock);
    if (!bytes) return CUDA_ERROR_INVALID_VALUE;
    if (!reserveRegion()) return CUDA_ERROR_OUT_OF_MEMORY;
    if (!onHost && _usedBytes + bytes > settings.memoryBytes) return CUDA_ERROR_OUT_OF_MEMORY;
    u64 first = _next + pageBytes, mapped = wholePages(bytes);
    if (first + mapped + pageBytes > _region + regionBytes) return CUDA_ERROR_OUT_OF_MEMORY;
    if (mmap((void*)first, mapped, PROT_READ | PROT_WRITE, anonymous | MAP_FIXED, -1, 0) == MAP_FAILED)
        return CUDA_ERROR_OUT_OF_MEMORY;
    if (settings.runs) memset((void*)first, 0xff, mapped);
    _next = first + mapped;
    _allocations[first] = {first, bytes, ++_count, onHost};
    if (!onHost) _usedBytes += bytes;
    *address = first;
    return CUDA_SUCCESS;
}

Result DeviceMemory::release(u64 address) {
    std::unique_lock guard(_lock);
    auto found = _allocations.find(address);
    if (found == _allocations.end())
        return report(CUDA_ERROR_INVALID_VALUE, format("free of 0x%lx, which is no live allocation", address));
    u64 mapped = wholePages(found->second.bytes);
    if (!found->second.onHost) _usedBytes -= found->second.bytes;
    mmap((void*)address, mapped, PROT_NONE, anonymous | MAP_FIXED, -1, 0);
    if (_shadow) madvise(shadowOf(address), mapped / 4 * sizeof(GlobalShadow), MADV_DONTNEED);
    _freed.insert(*found);
    _allocations.erase(found);
    return CUDA_SUCCESS;
}

void DeviceMemory::adopt(u64 address, u64 bytes) {
    std::unique_lock guard(_lock);
    _allocations[address] = {address, bytes, ++_count, true};
}

const Allocation* DeviceMemory::holding(u64 address) const {
    const Allocation* allocation = lastBefore(_allocations, address);
    return allocation && address < allocation->end() ? allocation : nullptr;
}

std::optional<Allocation> DeviceMemory::find(u64 address) {
    std::shared_lock guard(_lock);
    const Allocation* allocation = holding(address);
    return allocation ? std::optional(*allocation) : std::nullopt;
}

string DeviceMemory::describe(u64 address) {
    const u64 near = 1 << 20;
    std::shared_lock guard(_lock);
    if (!inRegion(address)) return "not device memory";
    const Allocation* freed = lastBefore(_freed, address);
    if (freed && address < freed->end())
        return format("%lu bytes into allocation %d (%lu bytes), which has been freed", address - freed->first,
                      freed->number, freed->bytes);
    const Allocation* before = lastBefore(_allocations, address);
    if (before && inRegion(before->first) && address < before->end() + near)
        return format("%lu bytes past the end of allocation %d (%lu bytes at 0x%lx)", address - before->end(),
                      before->number, before->bytes, before->first);
    auto after = _allocations.upper_bound(address);
    if (after != _allocations.end() && after->first - address < near)
        return format("%lu bytes before allocation %d (%lu bytes at 0x%lx)", after->first - address,
                      after->second.number, after->second.bytes, after->first);
    if (before && address - before->end() > 1ull << 31)
        return "far beyond all allocations, where a negative index leads that is widened without its sign";
    return "in device memory that was never allocated";
}

Result DeviceMemory::checkRange(const char* what, u64 address, u64 bytes) {
    if (!inRegion(address) || !bytes) return CUDA_SUCCESS;
    std::optional<Allocation> allocation = find(address);
    if (allocation && address + bytes <= allocation->end()) return CUDA_SUCCESS;
    string where = describe(allocation ? allocation->end() : address);
    return report(CUDA_ERROR_INVALID_VALUE,
                  format("%s of %lu bytes at 0x%lx: %s", what, bytes, address, where.c_str()));
}
