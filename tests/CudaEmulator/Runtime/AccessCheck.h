// Whether an access lies in memory that its thread may access, and is aligned.
#pragma once
#include "Launch.h"

// Checks lane by lane; ends the launch at a fault.
void checkEachLane(Warp* warp, u32 mask, const u64* addresses, u32 bytes, Space space, u32 line, bool store);

// Whether the range that holds the first lane's access holds all others too, all aligned.
inline bool allWithin(const RecentRanges& ranges, u32 mask, const u64* addresses, u32 bytes) {
    u64 first = addresses[firstLane(mask)];
    for (int k = 0; k < 4; k++) {
        if (ranges.bytes[k] < bytes) continue;
        u64 begin = ranges.first[k], last = ranges.bytes[k] - bytes;
        if (first - begin > last) continue;
        u64 bad = 0;
        LANES {
            u64 outside = addresses[i] - begin > last ? 1 : 0; // also what lies before: the difference wraps around
            u64 misaligned = addresses[i] & (bytes - 1);
            bad |= mask >> i & 1 ? outside | misaligned : 0;
        }
        return !bad;
    }
    return false;
}

inline void checkAccess(Warp* warp, u32 mask, const u64* addresses, u32 bytes, Space space, u32 line, bool store) {
    bool maybeGlobal = space == GLOBAL || space == GENERIC, maybeShared = space == SHARED || space == GENERIC;
    if (maybeGlobal && allWithin(warp->recentGlobal, mask, addresses, bytes)) return;
    if (maybeShared && allWithin(warp->recentShared, mask, addresses, bytes)) return;
    checkEachLane(warp, mask, addresses, bytes, space, line, store);
}
