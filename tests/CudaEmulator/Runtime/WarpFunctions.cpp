// What the lanes of a warp do together, and where warps wait for each other; branches that diverge although they must
// not; frames of local memory.
#include "Fault.h"
#include "Library.h"
#include "Settings.h"
#include <cstring>

using std::string;

namespace {

// .sync instructions name the lanes that take part; those of them that live must all be there.
void requireMembers(Warp* warp, u32 mask, const u32* members, const char* instruction, u32 line) {
    for (u32 left = mask; left; left &= left - 1) {
        int lane = firstLane(left);
        u32 missing = members[lane] & warp->live & ~mask;
        if (missing)
            fail(warp, lane, line, CUDA_ERROR_LAUNCH_FAILED,
                 format("%s names lane %d, which does not execute it", instruction, firstLane(missing)));
    }
}

// Lets other warps run until all of the block are here.
void wait(Warp* warp, u32 mask, u32 barrier, u32 line, Reduction reduction) {
    u32 missing = warp->live & ~mask;
    if (missing)
        fail(warp, firstLane(mask), line, CUDA_ERROR_LAUNCH_FAILED,
             format("barrier reached divergently: %d of the %d live threads of the warp are here, thread %u is not",
                    __builtin_popcount(mask), __builtin_popcount(warp->live), threadNumber(warp, firstLane(missing))));
    RunningWarp& self = *workerOf(warp).current;
    self.state = RunningWarp::Waiting;
    self.barrier = barrier;
    self.barrierLine = line;
    self.reduction = reduction;
    switchStack(&self.fiber.stackPointer, workerOf(warp).scheduler);
}

}

void barrier(Warp* warp, u32 mask, u32 barrier, u32 line) {
    if (mask) wait(warp, mask, barrier, line, REDUCE_NONE);
}

void reduce(Warp* warp, u32 mask, u32 barrier, u32 reduction, const s32* predicates, s32* result, u32 line) {
    if (!mask) return;
    RunningWarp& self = *workerOf(warp).current;
    memcpy(self.predicates, predicates, sizeof self.predicates);
    wait(warp, mask, barrier, line, (Reduction)reduction);
    LANES if (mask >> i & 1) result[i] = self.reduced;
}

// The lane that one reads from lies in its segment of the warp; clamp holds the segment's mask (bits 8 to 12) and the
// bound (bits 0 to 4).
void shuffle(Warp* warp, u32 mask, u32 mode, const u32* values, const u32* by, const u32* clamp, const u32* members,
             u32* result, s32* inRange, u32 line) {
    requireMembers(warp, mask, members, "shfl.sync", line);
    u32 before[32]; // the result may be the register that is read
    memcpy(before, values, sizeof before);
    for (u32 left = mask; left; left &= left - 1) {
        int lane = firstLane(left);
        int segment = clamp[lane] >> 8 & 31, distance = by[lane] & 31;
        int first = lane & segment, bound = first | (clamp[lane] & 31 & ~segment);
        int from = 0;
        switch (mode) {
            case SHUFFLE_INDEX: from = first | (distance & ~segment); break;
            case SHUFFLE_DOWN: from = lane + distance; break;
            case SHUFFLE_UP: from = lane - distance; break;
            case SHUFFLE_BUTTERFLY: from = lane ^ distance; break;
        }
        bool within = mode == SHUFFLE_UP ? from >= bound : from <= bound;
        if (!within) from = lane;
        if (!(mask >> from & 1))
            fail(warp, lane, line, CUDA_ERROR_LAUNCH_FAILED,
                 format("shfl.sync reads lane %d, which does not execute it", from));
        result[lane] = before[from];
        if (inRange) inRange[lane] = -(s32)within;
    }
}

void vote(Warp* warp, u32 mask, u32 mode, const s32* predicates, const u32* members, u32* result, u32 line) {
    if (members) requireMembers(warp, mask, members, "vote.sync", line);
    u32 set = 0;
    LANES if (predicates[i] && mask >> i & 1) set |= 1u << i;
    bool holds = mode == VOTE_ANY ? set != 0 : mode == VOTE_ALL ? set == mask : set == 0 || set == mask;
    u32 value = mode == VOTE_BALLOT ? set : holds ? ~0u : 0;
    LANES if (mask >> i & 1) result[i] = value;
}

void warpBarrier(Warp* warp, u32 mask, const u32* members, u32 line) {
    requireMembers(warp, mask, members, "bar.warp.sync", line);
}

void diverged(Warp* warp, u32 taken, u32 stayed, u32 line) {
    fail(warp, firstLane(taken), line, CUDA_ERROR_LAUNCH_FAILED,
         format("a branch that is marked uniform is not: thread %u takes it, thread %u of the same warp does not",
                threadNumber(warp, firstLane(taken)), threadNumber(warp, firstLane(stayed))));
}

void trap(Warp* warp, u32 mask, u32 line) {
    if (mask) fail(warp, firstLane(mask), line, CUDA_ERROR_LAUNCH_FAILED, "trap");
}

char* enterFrame(Warp* warp, u32 bytes) {
    const Worker& worker = workerOf(warp);
    u32 stride = (bytes + 15) / 16 * 16;
    u64 frameBytes = 32ull * stride;
    if (warp->depth >= 64 || warp->localTop + frameBytes > worker.local + Worker::localBytes)
        fail(warp, firstLane(warp->live), 1, CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "too much local memory");
    char* base = warp->localTop;
    warp->localTop += frameBytes;
    warp->frames[warp->depth++] = {base, stride, bytes};
    memset(base, 0xff, frameBytes);
    return base;
}

void leaveFrame(Warp* warp) {
    warp->localTop = warp->frames[--warp->depth].base;
}
