// The functions that generated code calls (Generated/Interface.h says what each does), by the file that holds them.
#pragma once
#include "../Generated/Interface.h"

// Transfers.cpp
void load(Warp*, u32 mask, const u64* addresses, s64 offset, u32 access, u32 line, void* const* to);
void store(Warp*, u32 mask, const u64* addresses, s64 offset, u32 access, u32 line, const void* const* from);

// Atomics.cpp
void atomic(Warp*, u32 mask, const u64* addresses, s64 offset, u32 space, u32 operation, u32 type, u32 line, void* old,
            const void* b, const void* c);

// WarpFunctions.cpp
void barrier(Warp*, u32 mask, u32 barrier, u32 line);
void reduce(Warp*, u32 mask, u32 barrier, u32 reduction, const s32* predicates, s32* result, u32 line);
void shuffle(Warp*, u32 mask, u32 mode, const u32* values, const u32* by, const u32* clamp, const u32* members,
             u32* result, s32* inRange, u32 line);
void vote(Warp*, u32 mask, u32 mode, const s32* predicates, const u32* members, u32* result, u32 line);
void warpBarrier(Warp*, u32 mask, const u32* members, u32 line);
void diverged(Warp*, u32 taken, u32 stayed, u32 line);
void trap(Warp*, u32 mask, u32 line);
char* enterFrame(Warp*, u32 bytes);
void leaveFrame(Warp*);

inline const Library libraryFunctions = {load,        store,    atomic, barrier,    reduce,    shuffle, vote,
                                         warpBarrier, diverged, trap,   enterFrame, leaveFrame};
