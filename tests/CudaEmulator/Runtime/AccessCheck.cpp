// Whether an access lies in memory that its thread may access, and is aligned.
#include "AccessCheck.h"
#include "../Translation/Translation.h"
#include "DeviceMemory.h"
#include "Fault.h"
#include "Settings.h"

using std::string;

namespace {

struct Attempt {
    Warp* warp;
    int lane;
    u64 address;
    u32 bytes;
    u32 line;
    bool store;

    string name() const { return format("%u-byte %s", bytes, store ? "store" : "load"); }

    [[noreturn]] void refuse(Result code, const string& what) const { fail(warp, lane, line, code, what); }
};

void remember(RecentRanges& ranges, u64 first, u64 bytes) {
    for (u64 known : ranges.first)
        if (known == first) return;
    u32 k = ranges.oldest++ % 4;
    ranges.first[k] = first;
    ranges.bytes[k] = bytes;
}

void checkShared(const Attempt& attempt) {
    Worker& worker = workerOf(attempt.warp);
    string nearest;
    for (auto& array : worker.module().sharedLayout) {
        u64 first = (u64)worker.shared + array.offset;
        u64 bytes = array.dynamic ? worker.launch->dynamicSharedBytes : array.bytes;
        if (attempt.address >= first && attempt.address + attempt.bytes <= first + bytes) {
            remember(attempt.warp->recentShared, first, bytes);
            return;
        }
        if (attempt.address + attempt.bytes > first && attempt.address < first + bytes + sharedGap)
            nearest = format("%ld bytes into the shared array %s of %lu", (long)(attempt.address - first),
                             array.name.c_str(), bytes);
    }
    attempt.refuse(CUDA_ERROR_ILLEGAL_ADDRESS,
                   attempt.name() + " " + (nearest.empty() ? "outside of the block's shared memory" : nearest));
}

// A thread may also access the frames of the functions that have called the one it is in.
void checkLocal(const Attempt& attempt) {
    const Warp* warp = attempt.warp;
    for (u32 depth = warp->depth; depth-- > 0;) {
        const Frame& frame = warp->frames[depth];
        u64 first = (u64)frame.base + (u64)attempt.lane * frame.stride;
        if (attempt.address >= first && attempt.address + attempt.bytes <= first + frame.bytes) return;
    }
    string where;
    if (warp->depth) {
        const Frame& frame = warp->frames[warp->depth - 1];
        u64 first = (u64)frame.base + (u64)attempt.lane * frame.stride;
        where = format(": %ld bytes into %u", (long)(attempt.address - first), frame.bytes);
    }
    attempt.refuse(CUDA_ERROR_ILLEGAL_ADDRESS, attempt.name() + " outside of the thread's local memory" + where);
}

void checkGlobal(const Attempt& attempt) {
    auto allocation = deviceMemory.find(attempt.address);
    if (allocation && attempt.address + attempt.bytes <= allocation->end()) {
        remember(attempt.warp->recentGlobal, allocation->first, allocation->bytes);
        return;
    }
    string over = allocation ? "over the end of its allocation: " : "";
    attempt.refuse(CUDA_ERROR_ILLEGAL_ADDRESS, format("illegal %s at 0x%lx, ", attempt.name().c_str(), attempt.address)
        + over + deviceMemory.describe(allocation ? allocation->end() : attempt.address));
}

}

void checkEachLane(Warp* warp, u32 mask, const u64* addresses, u32 bytes, Space space, u32 line, bool store) {
    const Worker& worker = workerOf(warp);
    for (u32 left = mask; left; left &= left - 1) {
        int lane = firstLane(left);
        Attempt attempt = {warp, lane, addresses[lane], bytes, line, store};
        bool generic = space == GENERIC;
        if (space == SHARED || (generic && worker.holdsShared(attempt.address))) checkShared(attempt);
        else if (space == LOCAL || (generic && worker.holdsLocal(attempt.address))) checkLocal(attempt);
        else checkGlobal(attempt);
        if (attempt.address & (bytes - 1))
            attempt.refuse(CUDA_ERROR_MISALIGNED_ADDRESS,
                           format("misaligned %s at 0x%lx", attempt.name().c_str(), attempt.address));
    }
}
