// How a fault in a kernel ends its launch.
#include "Fault.h"
#include "Settings.h"

static void endLaunch(Launch& launch, const Warp& warp, const std::string& thread, u32 line, Result code,
                      const std::string& what) {
    std::lock_guard guard(launch.lock);
    if (launch.error) return;
    std::string place = format("block (%u, %u, %u)%s, grid (%u, %u, %u) of (%u, %u, %u)", warp.ctaid[0], warp.ctaid[1],
                               warp.ctaid[2], thread.c_str(), launch.grid[0], launch.grid[1], launch.grid[2],
                               launch.block[0], launch.block[1], launch.block[2]);
    const Kernel& kernel = *launch.kernel;
    launch.error = report(code, "kernel " + kernel.name() + ": " + what + "; " + place + "; "
        + kernel.module->quote(line));
}

void fail(Warp* warp, int lane, u32 line, Result code, const std::string& what) {
    Worker& worker = workerOf(warp);
    std::string thread = format(", thread (%u, %u, %u)", warp->tidX[lane], warp->tidY[lane], warp->tidZ[lane]);
    endLaunch(*worker.launch, *warp, thread, line, code, what);
    worker.failed = true;
    void* never;
    switchStack(&never, worker.scheduler);
    __builtin_unreachable();
}

void failBlock(Worker& worker, u32 line, Result code, const std::string& what) {
    endLaunch(*worker.launch, worker.warps[0]->warp, "", line, code, what);
    worker.failed = true;
}
