// What runs: a launch, the workers that share its blocks, and the warps of the block that a worker is at.
#pragma once
#include "Access.h"
#include "Fiber.h"
#include "Limits.h"
#include "LoadedModule.h"
#include "Result.h"
#include <mutex>
#include <random>

#define LANES for (int i = 0; i < 32; i++)

struct Launch {
    Kernel* kernel;
    u32 grid[3];
    u32 block[3];
    u32 dynamicSharedBytes;
    const u8* parameters;
    u64 serial; // number of the launch
    std::atomic<u64> nextBlock{0};
    std::atomic<int> error{0};
    std::mutex lock{}; // of what is said

    u64 blocks() const { return (u64)grid[0] * grid[1] * grid[2]; }
    u32 threadsPerBlock() const { return block[0] * block[1] * block[2]; }
};

// A warp of the block that runs: a fiber of its own, which stops at barriers.
struct RunningWarp {
    enum State { Ready, Waiting, Done };

    Warp warp;
    Fiber fiber;
    State state;
    // At which barrier it waits, and what it brings to a reduction and takes from it.
    u32 barrier;
    u32 barrierLine;
    Reduction reduction;
    s32 predicates[32];
    s32 reduced;
};

// Who wrote and read a byte or word of shared memory last (SharedRaces.cpp).
struct SharedShadow {
    u32 writer = 0;
    u32 reader = 0;
    bool written = false; // since the block began
};

// One thread of the host, which runs blocks one after the other.
struct Worker {
    static constexpr u64 sharedBytes = 256 << 10; // room for 48 KiB and the gaps between arrays
    static constexpr u64 localBytes = 16 << 20;   // for the local memory of a block

    char* shared = nullptr;
    char* local = nullptr;
    std::vector<std::unique_ptr<RunningWarp>> warps;
    FiberStacks stacks;
    void* scheduler = nullptr; // the stack pointer of the worker itself while a warp runs
    RunningWarp* current = nullptr;
    Launch* launch = nullptr;
    bool failed = false; // the block that runs
    u64 block = 0;
    u32 epoch = 0; // barriers that the block has passed, plus 1
    std::mt19937 random{1};

    std::vector<SharedShadow> sharedShadow; // by byte of shared memory
    u32 sharedEpoch = 0;                    // barriers since the shadow was last cleared

    const Module& module() const { return launch->kernel->module->module; }

    bool holdsShared(u64 address) const { return address - (u64)shared < sharedBytes; }
    bool holdsLocal(u64 address) const { return address - (u64)local < localBytes; }
};

inline Worker& workerOf(const Warp* warp) {
    return *(Worker*)warp->worker;
}

inline int firstLane(u32 mask) {
    return __builtin_ctz(mask);
}

// The number in its block of the thread in a lane.
inline u32 threadNumber(const Warp* warp, int lane) {
    return warp->number * Limits::warpLanes + lane;
}

// Runs a launch's blocks on one worker until none is left, or one has failed.
void runBlocks(Worker& worker, Launch& launch);
