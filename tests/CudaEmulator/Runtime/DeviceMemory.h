// Device memory, within one region of addresses. An address is used once only, so that a pointer to what has been freed
// is always found; a page without access lies between allocations. Fresh memory holds NaN.
#pragma once
#include "../Generated/Interface.h"
#include "Result.h"
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>

struct Allocation {
    u64 first;
    u64 bytes;
    int number; // in the order of allocation
    bool onHost;

    u64 end() const { return first + bytes; }
};

// Who wrote and read 4 bytes of device memory last (Runtime/GlobalRaces.cpp).
struct GlobalShadow {
    u64 writer;
    u64 reader;
};

class DeviceMemory {
public:
    Result allocate(u64 bytes, bool onHost, u64* address);
    Result release(u64 address);

    // Makes a variable of a compiled module known.
    void adopt(u64 address, u64 bytes);

    // The allocation that an address lies in.
    std::optional<Allocation> find(u64 address);

    // Where an address lies that no allocation holds, in words.
    std::string describe(u64 address);

    // Whether a copy or memset stays in one allocation; addresses out of the region are the host's. Says it if not.
    Result checkRange(const char* what, u64 address, u64 bytes);

    bool inRegion(u64 address) const { return _region && address - _region < regionBytes; }
    u64 usedBytes() const { return _usedBytes; }

    // Of an address in the region; null where races in global memory are not looked for.
    GlobalShadow* shadowOf(u64 address) const { return _shadow ? &_shadow[(address - _region) / 4] : nullptr; }

private:
    static constexpr u64 regionBytes = 1ull << 42;

    std::shared_mutex _lock;
    std::map<u64, Allocation> _allocations; // by their first address
    std::map<u64, Allocation> _freed;
    u64 _region = 0;
    u64 _next = 0; // the first address that was never used
    u64 _usedBytes = 0;
    int _count = 0;
    GlobalShadow* _shadow = nullptr;

    bool reserveRegion();
    const Allocation* holding(u64 address) const;
};

// Never destroyed: a program may still free memory while it exits.
extern DeviceMemory& deviceMemory;
