// The limits of the device, those of compute capability 8.0.
#pragma once
#include "../Generated/Interface.h"

namespace Limits {
constexpr u32 warpLanes = 32;
constexpr u32 blockThreads = 1024;
constexpr u32 blockX = 1024, blockY = 1024, blockZ = 64;
constexpr u32 gridX = 2147483647, gridY = 65535, gridZ = 65535;
constexpr u32 sharedBytes = 48 << 10; // of a block
constexpr u32 registers = 65536;      // of a multiprocessor, 32 bits each; of a block too
constexpr u32 threadRegisters = 255;
constexpr u32 multiprocessorWarps = 64;
constexpr u32 multiprocessorBlocks = 32;
constexpr u32 multiprocessorSharedBytes = 164 << 10;
}
