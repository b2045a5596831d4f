// A module that the program has loaded, and its kernels.
#pragma once
#include "../Generated/Interface.h"
#include "../Ptx/Module.h"
#include <atomic>
#include <memory>
#include <set>

struct LoadedModule;

struct AccessCounters {
    std::atomic<u64> sectors{0};
    std::atomic<u64> leastSectors{0};
    std::atomic<u64> sharedAccesses{0};
    std::atomic<u64> bankConflicts{0};
};

struct Kernel {
    LoadedModule* module;
    const Function* function;
    void (*run)(Warp*) = nullptr; // set when the module is compiled, at its first launch
    long launches = 0;
    double seconds = 0;
    u32 mostThreads = 0;
    AccessCounters counters;
    std::set<std::string> warnings; // that have been given once

    const std::string& name() const { return function->name; }
};

struct LoadedModule {
    std::string text;   // PTX
    std::string source; // C++
    std::string path;   // of its files in the cache, without .ptx, .cpp and .so
    Module module;
    std::map<std::string, std::unique_ptr<Kernel>> kernels;
    bool compiled = false;

    // A line of the PTX for a message: its file, number and text.
    std::string quote(u32 line) const;

    // Bytes from the beginning of shared memory to the end of its last array, the gaps between included.
    u64 sharedExtent(u32 dynamicBytes) const;
};
