// Modules to machine code: by g++, kept in a cache on disk.
#pragma once
#include "LoadedModule.h"

// Parses and translates PTX, and finds its place in the cache. Null where ptxas would refuse it; *refusal says why.
std::unique_ptr<LoadedModule> loadModule(const std::string& ptx, std::string* refusal);

// Compiles a module, or finds it compiled, and sets its kernels' functions. Reports CUDA_ERROR_INVALID_PTX where that
// fails.
bool compile(LoadedModule& module);
