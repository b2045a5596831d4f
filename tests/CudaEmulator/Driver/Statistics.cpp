// The table of CUDAEMU_STATS, written when the process exits.
#include "Statistics.h"
#include "../Runtime/Settings.h"
#include <algorithm>
#include <fstream>
#include <mutex>

namespace {

std::mutex lock;
std::vector<const Kernel*>& kernels = *new std::vector<const Kernel*>(); // read while the process exits

double ratio(u64 value, u64 of) {
    return (double)value / (double)std::max<u64>(1, of);
}

void writeTable() {
    std::ofstream table(settings.statisticsFile);
    table << "kernel\tlaunches\tseconds\tthreads\tlive registers\tmaxntid\tminnctapersm\tshared bytes\tsectors"
             "\tper least\tbank conflicts\tper access\tptx\n";
    std::lock_guard guard(lock);
    for (auto* kernel : kernels) {
        const Function& function = *kernel->function;
        const AccessCounters& counters = kernel->counters;
        table << format("%s\t%ld\t%.3f\t%u\t%d\t%lu\t%lu\t%lu\t%lu\t%.2f\t%lu\t%.2f\t%s.ptx\n", function.name.c_str(),
                        kernel->launches, kernel->seconds, kernel->mostThreads, function.liveRegisters,
                        function.maxThreads, function.minBlocks, kernel->module->module.sharedBytes,
                        counters.sectors.load(), ratio(counters.sectors, counters.leastSectors),
                        counters.bankConflicts.load(), ratio(counters.bankConflicts, counters.sharedAccesses),
                        kernel->module->path.c_str());
    }
}

struct AtExit {
    ~AtExit() {
        if (settings.statisticsFile) writeTable();
    }
} atExit;

}

void addToStatistics(LoadedModule& module) {
    std::lock_guard guard(lock);
    for (auto& kernel : module.kernels) kernels.push_back(kernel.second.get());
}
