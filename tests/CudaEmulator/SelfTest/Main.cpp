// Tests of the emulated driver through its API: arithmetic against the host's, control flow, memory, and each check.
//   SelfTest path/to/libcuda.so.1        (selftest.sh builds and runs it)
#include "Harness.h"
#include <cstdio>

int main(int count, char** arguments) {
    if (count != 2) {
        puts("usage: SelfTest path/to/libcuda.so.1");
        return 2;
    }
    if (!openDriver(arguments[1])) return 1;
    void* context;
    driver("cuInit", 0);
    driver("cuCtxCreate_v2", &context, 0, 0);
    testArithmetic();
    testControlFlow();
    testMemoryAndWarps();
    testChecks();
    return summarize() ? 1 : 0;
}
