// Races and reads of what nobody has written, in shared memory: word by word, or byte by byte where the kernel has
// narrower accesses.
#include "Fault.h"
#include "RaceCheck.h"
#include "Settings.h"
#include <cstring>

using std::string;

namespace {

// Who accessed a place last, and when: thread + epoch * 2048, where an epoch is the time between two barriers. Several
// readers of one epoch are a thread of their own, beyond the last.
constexpr u32 threadsEnd = 2048;
constexpr u32 severalThreads = threadsEnd - 1;
constexpr u32 lastEpoch = ~0u / threadsEnd;

string nameOf(u32 stamp) {
    u32 thread = stamp % threadsEnd;
    return thread == severalThreads ? "one of several" : "thread " + std::to_string(thread);
}

}

void checkSharedRaces(Warp* warp, u32 mask, const u64* addresses, u32 bytes, u32 line, const StoredValues* stored) {
    Worker& worker = workerOf(warp);
    const u32 step = worker.module().narrowShared ? 1 : 4;
    const u32 epoch = worker.sharedEpoch;
    for (u32 left = mask; left; left &= left - 1) {
        int lane = firstLane(left);
        if (!worker.holdsShared(addresses[lane])) continue;
        u64 place = addresses[lane] - (u64)worker.shared;
        u32 self = threadNumber(warp, lane) + epoch * threadsEnd;
        for (u32 k = 0; k < bytes; k += step) {
            SharedShadow& shadow = worker.sharedShadow[place + k];
            auto isOthers = [&](u32 stamp) { return stamp / threadsEnd == epoch && stamp != self; };
            auto refuse = [&](const string& what, u32 other) {
                fail(warp, lane, line, CUDA_ERROR_LAUNCH_FAILED, format("race in shared memory: %s (the other is %s, "
                     "byte %lu of shared memory)", what.c_str(), nameOf(other).c_str(), place + k));
            };
            if (stored) {
                bool changes = memcmp(worker.shared + place + k, stored->bytes[lane] + k, step) != 0;
                if (changes && isOthers(shadow.writer))
                    refuse("two threads write different values to one place between barriers", shadow.writer);
                if (changes && isOthers(shadow.reader))
                    refuse("a write of what another thread reads between the same barriers", shadow.reader);
                shadow.writer = self;
                shadow.written = true;
            } else {
                if (!shadow.written)
                    fail(warp, lane, line, CUDA_ERROR_LAUNCH_FAILED,
                         format("read of shared memory that nobody has written, byte %lu of it", place + k));
                if (isOthers(shadow.writer))
                    refuse("a read of what another thread writes between the same barriers", shadow.writer);
                shadow.reader = isOthers(shadow.reader) ? severalThreads + epoch * threadsEnd : self;
            }
        }
    }
}

void noteAtomics(Warp* warp, u32 mask, const u64* addresses, u32 bytes) {
    Worker& worker = workerOf(warp);
    for (u32 left = mask; left; left &= left - 1) {
        u64 address = addresses[firstLane(left)];
        if (!worker.holdsShared(address)) continue;
        for (u32 k = 0; k < bytes; k++) worker.sharedShadow[address - (u64)worker.shared + k].written = true;
    }
}

void beginSharedShadow(Worker& worker) {
    worker.sharedShadow.resize(Worker::sharedBytes);
    u64 used = worker.launch->kernel->module->sharedExtent(worker.launch->dynamicSharedBytes);
    for (u64 k = 0; k < used; k++) worker.sharedShadow[k].written = false;
    passBarrier(worker);
}

void passBarrier(Worker& worker) {
    if (worker.sharedEpoch++ < lastEpoch) return;
    for (auto& shadow : worker.sharedShadow) shadow.writer = shadow.reader = 0;
    worker.sharedEpoch = 1;
}
