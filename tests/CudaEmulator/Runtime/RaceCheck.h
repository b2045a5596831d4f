// Checks that CUDAEMU_CHECK asks for: races between threads that no barrier orders, and reads of shared memory that
// nobody has written. Both remember who accessed a place last, in a shadow of the memory. A store of the value that is
// there already is no race.
#pragma once
#include "Launch.h"

// What a lane is about to store; empty for loads.
struct StoredValues {
    alignas(16) u8 bytes[32][16];
};

void checkSharedRaces(Warp* warp, u32 mask, const u64* addresses, u32 bytes, u32 line, const StoredValues* stored);
void checkGlobalRaces(Warp* warp, u32 mask, const u64* addresses, u32 bytes, u32 line, const StoredValues* stored);

// Atomics write, and are no races among themselves; with plain accesses they are not looked for.
void noteAtomics(Warp* warp, u32 mask, const u64* addresses, u32 bytes);

// At the beginning of a block, and at a barrier that all its threads have passed.
void beginSharedShadow(Worker& worker);
void passBarrier(Worker& worker);
