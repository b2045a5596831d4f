// What the environment asks for, and lines to its user.
#include "Settings.h"
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <thread>

using std::string;

static const char* variable(const char* name) {
    const char* value = getenv(name);
    return value && *value ? value : nullptr;
}

static long number(const char* name, long otherwise) {
    const char* value = variable(name);
    return value ? strtol(value, nullptr, 0) : otherwise;
}

Settings::Settings() {
    string check;
    const char* checks = variable("CUDAEMU_CHECK");
    std::istringstream list(checks ? checks : "");
    checksSharedRaces = checksGlobalRaces = false;
    while (std::getline(list, check, ',')) {
        checksSharedRaces |= check == "shared" || check == "all";
        checksGlobalRaces |= check == "global" || check == "all";
        if (check == "shared" || check == "global" || check == "all") continue;
        say("CUDAEMU_CHECK: '" + check + "' is none of shared, global, all");
        valid = false;
    }

    string wanted = variable("CUDAEMU_ORDER") ? variable("CUDAEMU_ORDER") : "forward";
    if (wanted == "reverse") {
        order = Order::Reverse;
    } else if (wanted == "random") {
        order = Order::Random;
    } else if (wanted != "forward") {
        say("CUDAEMU_ORDER: '" + wanted + "' is none of forward, reverse, random");
        valid = false;
    }

    contracts = number("CUDAEMU_FMA", 1) != 0;
    traces = number("CUDAEMU_TRACE", 0) != 0;
    runs = number("CUDAEMU_RUN", 1) != 0;
    multiprocessors = (int)number("CUDAEMU_MULTIPROCESSORS", 108);
    memoryBytes = (u64)number("CUDAEMU_MEMORY_MIB", 8192) << 20;
    statisticsFile = variable("CUDAEMU_STATS");
    cacheFolder = variable("CUDAEMU_CACHE");
    // The shadow of global memory is not made for two threads at once.
    threads = checksGlobalRaces ? 1 : (u32)number("CUDAEMU_THREADS", std::max(1u, std::thread::hardware_concurrency()));
}

string format(const char* format, ...) {
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return text;
}

void say(const string& line) {
    // Asked for here, not by the settings: these may say a line while they are made.
    static FILE* const log = variable("CUDAEMU_LOG") ? fopen(variable("CUDAEMU_LOG"), "a") : nullptr;
    FILE* to = log ? log : stderr;
    fprintf(to, "cudaemu: %s\n", line.c_str());
    fflush(to);
}
