// What the entry points of the driver API share: libcuda.so.1 exports these functions and nothing else. There are those
// that ILGPU 1.5.3 calls.
#pragma once
#include "../Runtime/Result.h"

#define ENTRY extern "C" __attribute__((visibility("default"))) int

// CUDA_SUCCESS where the calling thread has a current context; says it if not.
Result requireContext();
