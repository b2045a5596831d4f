// The driver API's result codes and their texts.
#include "Result.h"
#include "Settings.h"
#include <mutex>

using std::string;

static std::mutex& lastLock = *new std::mutex();
static Result lastCode = CUDA_SUCCESS;
static string& lastLine = *new string();

Result report(Result code, const string& line) {
    say(line);
    std::lock_guard guard(lastLock);
    lastCode = code;
    lastLine = line;
    return code;
}

static const char* words(int code) {
    switch (code) {
        case CUDA_SUCCESS: return "no error";
        case CUDA_ERROR_INVALID_VALUE: return "invalid argument";
        case CUDA_ERROR_OUT_OF_MEMORY: return "out of memory";
        case CUDA_ERROR_INVALID_DEVICE: return "invalid device ordinal";
        case CUDA_ERROR_INVALID_CONTEXT: return "invalid device context";
        case CUDA_ERROR_INVALID_PTX: return "a PTX JIT compilation failed";
        case CUDA_ERROR_NOT_FOUND: return "named symbol not found";
        case CUDA_ERROR_ILLEGAL_ADDRESS: return "an illegal memory access was encountered";
        case CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES: return "too many resources requested for launch";
        case CUDA_ERROR_MISALIGNED_ADDRESS: return "misaligned address";
        case CUDA_ERROR_LAUNCH_FAILED: return "unspecified launch failure";
        case CUDA_ERROR_NOT_SUPPORTED: return "operation not supported";
        default: return "unknown error";
    }
}

string textOf(int code) {
    std::lock_guard guard(lastLock);
    string text = words(code);
    return code != CUDA_SUCCESS && code == lastCode ? text + ": " + lastLine : text;
}
