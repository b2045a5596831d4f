// The driver API's result codes, as far as they are returned here.
#pragma once
#include <string>

enum Result {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_INVALID_PTX = 218,
    CUDA_ERROR_NOT_FOUND = 500,
    CUDA_ERROR_ILLEGAL_ADDRESS = 700,
    CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES = 701,
    CUDA_ERROR_MISALIGNED_ADDRESS = 716,
    CUDA_ERROR_LAUNCH_FAILED = 719,
    CUDA_ERROR_NOT_SUPPORTED = 801
};

// Says what is wrong, and keeps it for the text of that code: ILGPU's exceptions hold it, and a test shows these even
// where it hides what goes to standard error. Returns the code.
Result report(Result code, const std::string& line);

// CUDA's words for a code, and what was last reported with it.
std::string textOf(int code);
