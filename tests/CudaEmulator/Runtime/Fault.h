// How a fault in a kernel ends its launch.
#pragma once
#include "Launch.h"

// Says what a thread did at a line of the PTX, and where in the grid it is, unless the launch has failed already; then
// leaves the warp's fiber for good.
[[noreturn]] void fail(Warp* warp, int lane, u32 line, Result code, const std::string& what);

// The same for a block as a whole, which is left by its worker.
void failBlock(Worker& worker, u32 line, Result code, const std::string& what);
