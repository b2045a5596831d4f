// Runs blocks: each warp is a fiber that goes on until it ends or waits at a barrier. When all have, the barrier is
// checked and they go on.
#include "Fault.h"
#include "RaceCheck.h"
#include "Settings.h"
#include "../Translation/Translation.h"
#include <algorithm>
#include <cstring>

namespace {

// The worker of this thread: what a fiber's first function knows it by.
thread_local Worker* currentWorker;

void runKernel() {
    Worker& worker = *currentWorker;
    RunningWarp& self = *worker.current;
    worker.launch->kernel->run(&self.warp);
    self.state = RunningWarp::Done;
    switchStack(&self.fiber.stackPointer, worker.scheduler);
    __builtin_unreachable();
}

class BlockRun {
public:
    BlockRun(Worker& worker, u64 block)
        : _worker(worker), _launch(*worker.launch),
          _warps((_launch.threadsPerBlock() + Limits::warpLanes - 1) / Limits::warpLanes) {
        worker.block = block;
        worker.epoch = 1;
        worker.failed = false;
        while (worker.warps.size() < _warps) worker.warps.push_back(std::make_unique<RunningWarp>());
        u64 extent = _launch.kernel->module->sharedExtent(_launch.dynamicSharedBytes) + sharedGap;
        memset(worker.shared, 0xff, std::min(extent, Worker::sharedBytes));
        if (settings.checksSharedRaces) beginSharedShadow(worker);
        for (u32 k = 0; k < _warps; k++) {
            begin(k);
            _turns.push_back(settings.order == Order::Reverse ? _warps - 1 - k : k);
        }
    }

    ~BlockRun() {
        for (u32 k = 0; k < _warps; k++) _worker.stacks.giveBack(warp(k).fiber);
    }

    void run() {
        do {
            if (settings.order == Order::Random) std::shuffle(_turns.begin(), _turns.end(), _worker.random);
            for (u32 k : _turns) {
                if (warp(k).state == RunningWarp::Ready) resume(warp(k));
                if (_worker.failed) return;
            }
        } while (passBarrierTogether());
    }

private:
    Worker& _worker;
    Launch& _launch;
    u32 _warps;
    std::vector<u32> _turns;

    RunningWarp& warp(u32 number) { return *_worker.warps[number]; }

    void begin(u32 number) {
        RunningWarp& running = warp(number);
        Warp& warp = running.warp;
        const u32 threads = _launch.threadsPerBlock(), first = number * Limits::warpLanes;
        const u32 width = _launch.block[0], height = _launch.block[1];
        for (u32 i = 0; i < Limits::warpLanes; i++) {
            u32 thread = std::min(first + i, threads - 1);
            warp.tidX[i] = thread % width;
            warp.tidY[i] = thread / width % height;
            warp.tidZ[i] = thread / width / height;
        }
        for (int d = 0; d < 3; d++) {
            warp.ntid[d] = _launch.block[d];
            warp.nctaid[d] = _launch.grid[d];
        }
        u64 row = _worker.block / _launch.grid[0];
        warp.ctaid[0] = (u32)(_worker.block % _launch.grid[0]);
        warp.ctaid[1] = (u32)(row % _launch.grid[1]);
        warp.ctaid[2] = (u32)(row / _launch.grid[1]);
        warp.dynamicSharedBytes = _launch.dynamicSharedBytes;
        warp.number = number;
        warp.started = threads - first >= Limits::warpLanes ? ~0u : (1u << (threads - first)) - 1;
        warp.live = warp.started;
        warp.shared = _worker.shared;
        warp.parameters = _launch.parameters;
        warp.depth = 0;
        warp.localTop = _worker.local + Worker::localBytes / _warps / 64 * 64 * number;
        warp.worker = &_worker;
        warp.recentGlobal = warp.recentShared = {};
        running.state = RunningWarp::Ready;
    }

    void resume(RunningWarp& running) {
        if (!running.fiber.stack) _worker.stacks.prepare(running.fiber, runKernel);
        _worker.current = &running;
        switchStack(&_worker.scheduler, running.fiber.stackPointer);
        if (running.state == RunningWarp::Done) _worker.stacks.giveBack(running.fiber);
    }

    // Whether warps wait that may go on.
    bool passBarrierTogether() {
        RunningWarp* first = nullptr;
        for (u32 k = 0; k < _warps; k++) {
            RunningWarp& other = warp(k);
            if (other.state != RunningWarp::Waiting) continue;
            if (!first) first = &other;
            if (other.barrierLine == first->barrierLine && other.barrier == first->barrier) continue;
            failBlock(_worker, other.barrierLine, CUDA_ERROR_LAUNCH_FAILED,
                      format("barrier reached divergently: warp %u waits at line %u, warp %u at line %u",
                             first->warp.number, first->barrierLine, other.warp.number, other.barrierLine));
            return false;
        }
        if (!first) return false;
        warnOfReturned(first->barrierLine);
        s32 reduced = reduction(first->reduction);
        for (u32 k = 0; k < _warps; k++) {
            if (warp(k).state != RunningWarp::Waiting) continue;
            warp(k).state = RunningWarp::Ready;
            warp(k).reduced = reduced;
        }
        _worker.epoch++;
        if (settings.checksSharedRaces) passBarrier(_worker);
        return true;
    }

    s32 reduction(Reduction kind) {
        s32 count = 0;
        bool all = true, any = false;
        for (u32 k = 0; k < _warps; k++) {
            if (warp(k).state != RunningWarp::Waiting) continue;
            LANES {
                if (!(warp(k).warp.live >> i & 1)) continue;
                bool holds = warp(k).predicates[i] != 0;
                count += holds;
                all &= holds;
                any |= holds;
            }
        }
        return kind == REDUCE_COUNT ? count : kind == REDUCE_ALL ? -(s32)all : -(s32)any;
    }

    // A GPU goes on without threads that have returned, but OpenCL and CUDA leave undefined what happens.
    void warnOfReturned(u32 line) {
        bool returned = false;
        for (u32 k = 0; k < _warps; k++) returned |= warp(k).warp.live != warp(k).warp.started;
        if (!returned) return;
        Kernel& kernel = *_launch.kernel;
        std::lock_guard guard(_launch.lock);
        if (kernel.warnings.insert("returned").second)
            say("warning: kernel " + kernel.name() + ": threads wait at a barrier after others of the block returned; "
                + kernel.module->quote(line));
    }
};

}

void runBlocks(Worker& worker, Launch& launch) {
    if (!worker.shared) {
        worker.shared = mapMemory(Worker::sharedBytes + sharedGap);
        worker.local = mapMemory(Worker::localBytes);
    }
    worker.launch = &launch;
    currentWorker = &worker;
    u64 blocks = launch.blocks();
    while (!launch.error) {
        u64 turn = launch.nextBlock++;
        if (turn >= blocks) return;
        BlockRun(worker, settings.order == Order::Reverse ? blocks - 1 - turn : turn).run();
    }
}
