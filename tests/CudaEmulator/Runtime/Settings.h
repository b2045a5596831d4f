// What the environment asks for (README.md lists the variables), and lines to its user.
#pragma once
#include "../Generated/Interface.h"
#include <string>

enum class Order { Forward, Reverse, Random };

struct Settings {
    bool valid = true; // otherwise a line has said why not
    bool checksSharedRaces;
    bool checksGlobalRaces;
    bool contracts; // products and sums to fused ones, as NVIDIA's compiler does by default
    bool traces;
    bool runs; // otherwise launches are checked and traced, and device memory is left alone
    Order order = Order::Forward;
    u32 threads;
    int multiprocessors;
    u64 memoryBytes;
    const char* statisticsFile; // null: none, and nothing is counted
    const char* cacheFolder;    // null: the default

    Settings();

    bool checksRaces() const { return checksSharedRaces || checksGlobalRaces; }
    bool counts() const { return statisticsFile != nullptr; }
};

inline const Settings settings;

std::string format(const char* format, ...) __attribute__((format(printf, 1, 2)));

void say(const std::string& line);
