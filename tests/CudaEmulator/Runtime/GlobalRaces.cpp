// Races in global memory, word by word, between threads of one launch: of one block between two barriers, of different
// blocks at any time. Accesses of less than 4 bytes are remembered, but are no races themselves.
#include "DeviceMemory.h"
#include "Fault.h"
#include "RaceCheck.h"
#include "Settings.h"
#include <algorithm>
#include <cstring>

using std::string;

namespace {

// Who accessed a word last, and when. Several readers are remembered by the first, with a mark that says who the others
// are: threads of the same block and epoch (the time between two barriers), or other blocks.
struct Stamp {
    u64 bits;

    static constexpr u64 severalThreads = 1ull << 63, severalBlocks = 1ull << 62;

    static u64 make(u64 launch, u64 block, u64 epoch, u64 thread) {
        return (launch & 0xfffff) << 42 | (block & 0xfffff) << 22 | (epoch & 0xfff) << 10 | thread;
    }

    u64 launch() const { return bits >> 42 & 0xfffff; }
    u64 block() const { return bits >> 22 & 0xfffff; }
    u64 epoch() const { return bits >> 10 & 0xfff; }
    u64 thread() const { return bits & 0x3ff; }

    string name() const { return format("block %lu, thread %lu", block(), thread()); }

    // Whether nothing orders an access of this launch before the one that is remembered.
    bool conflictsWith(Stamp self) const {
        if (!bits || launch() != self.launch()) return false;
        if (bits & severalBlocks || block() != self.block()) return true;
        if (epoch() != self.epoch()) return false;
        return bits & severalThreads || thread() != self.thread();
    }

    // The memory of readers after one more. Of one block only its last epoch counts.
    u64 withReader(Stamp self) const {
        if (!bits || launch() != self.launch()) return self.bits;
        if (block() != self.block()) return bits | severalBlocks;
        if (epoch() != self.epoch()) return self.bits | (bits & severalBlocks);
        return thread() == self.thread() ? bits : bits | severalThreads;
    }
};

}

void checkGlobalRaces(Warp* warp, u32 mask, const u64* addresses, u32 bytes, u32 line, const StoredValues* stored) {
    const Worker& worker = workerOf(warp);
    for (u32 left = mask; left; left &= left - 1) {
        int lane = firstLane(left);
        u64 address = addresses[lane];
        if (!deviceMemory.inRegion(address)) continue;
        Stamp self = {Stamp::make(worker.launch->serial, worker.block, worker.epoch, threadNumber(warp, lane))};
        auto refuseIfRace = [&](const char* what, u64 other) {
            if (bytes >= 4 && Stamp{other}.conflictsWith(self))
                fail(warp, lane, line, CUDA_ERROR_LAUNCH_FAILED,
                     format("race in global memory: %s (the other is %s)", what, Stamp{other}.name().c_str()));
        };
        for (u32 k = 0; k < bytes; k += 4) {
            GlobalShadow& shadow = *deviceMemory.shadowOf(address + k);
            if (stored) {
                if (memcmp((void*)(address + k), stored->bytes[lane] + k, std::min(4u, bytes)) != 0) {
                    refuseIfRace("two threads write different values to one place", shadow.writer);
                    refuseIfRace("a write of what another thread reads in the same launch", shadow.reader);
                }
                shadow.writer = self.bits;
            } else {
                refuseIfRace("a read of what another thread writes in the same launch", shadow.writer);
                shadow.reader = Stamp{shadow.reader}.withReader(self);
            }
        }
    }
}
