// The table of CUDAEMU_STATS, a line for each kernel that was loaded.
#pragma once
#include "../Runtime/LoadedModule.h"

// Kernels stay for good: launches that run late, and the table, name them.
void addToStatistics(LoadedModule& module);
