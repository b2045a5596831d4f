// How a GPU's memory would see an access: the sectors of 32 bytes of global memory that a warp touches, against the
// fewest that hold as many bytes; the bank conflicts in shared memory.
#include "Counters.h"
#include <algorithm>

namespace {

// Turns beyond the first: 32 banks of 4 bytes, each of which gives one word at a time. Accesses of 8 and 16 bytes go by
// halves and quarters of the warp.
u32 bankConflicts(u32 mask, const u64* addresses, u32 bytes) {
    const u32 banks = 32;
    u32 groupLanes = bytes == 16 ? 8 : bytes == 8 ? 16 : 32;
    u32 conflicts = 0;
    for (u32 first = 0; first < 32; first += groupLanes) {
        u64 words[banks][32]; // different ones, by bank
        u32 counts[banks] = {};
        u32 most = 0;
        for (u32 lane = first; lane < first + groupLanes; lane++) {
            if (!(mask >> lane & 1)) continue;
            for (u32 k = 0; k < std::max(4u, bytes); k += 4) {
                u64 word = (addresses[lane] + k) / 4;
                u64* ofBank = words[word % banks];
                u32& count = counts[word % banks];
                if (std::find(ofBank, ofBank + count, word) == ofBank + count && count < 32) ofBank[count++] = word;
                most = std::max(most, count);
            }
        }
        if (most) conflicts += most - 1;
    }
    return conflicts;
}

void countSectors(AccessCounters& counters, u32 mask, const u64* addresses, u32 bytes) {
    const u64 sectorBytes = 32;
    u64 sectors[32]; // accesses are aligned, so that none spans more than one
    u64 count = 0;
    for (u32 left = mask; left; left &= left - 1) {
        u64 sector = addresses[firstLane(left)] / sectorBytes;
        if (std::find(sectors, sectors + count, sector) == sectors + count) sectors[count++] = sector;
    }
    u64 total = (u64)__builtin_popcount(mask) * bytes;
    counters.sectors += count;
    // Fewer than that are touched where lanes read the same place.
    counters.leastSectors += std::min(count, (total + sectorBytes - 1) / sectorBytes);
}

}

void countAccess(Warp* warp, u32 mask, const u64* addresses, u32 bytes, Space space) {
    Worker& worker = workerOf(warp);
    AccessCounters& counters = worker.launch->kernel->counters;
    u64 first = addresses[firstLane(mask)];
    if (space == LOCAL) return;
    if (space == SHARED || (space == GENERIC && worker.holdsShared(first))) {
        counters.sharedAccesses++;
        counters.bankConflicts += bankConflicts(mask, addresses, bytes);
    } else {
        countSectors(counters, mask, addresses, bytes);
    }
}
