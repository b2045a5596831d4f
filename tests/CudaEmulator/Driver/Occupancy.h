// How many registers a kernel takes, and how many blocks of it fit a multiprocessor.
#pragma once
#include "../Runtime/LoadedModule.h"

// An estimate: ptxas decides on a GPU.
u32 registersPerThread(const Kernel& kernel);

u32 blocksPerMultiprocessor(const Kernel& kernel, u32 threads, u64 dynamicSharedBytes);
