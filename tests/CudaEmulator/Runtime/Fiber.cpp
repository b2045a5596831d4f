// Stacks of fibers.
#include "Fiber.h"
#include "Settings.h"
#include <cstdlib>
#include <sys/mman.h>

static constexpr size_t stackBytes = 8 << 20;

char* mapMemory(size_t bytes) {
    void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        say("out of memory");
        abort();
    }
    return (char*)memory;
}

void FiberStacks::prepare(Fiber& fiber, void (*main)()) {
    if (_free.empty()) _free.push_back(mapMemory(stackBytes));
    fiber.stack = _free.back();
    _free.pop_back();
    // As switchStack leaves a stack: six registers, where it returns to, and the alignment that a function expects.
    const int savedRegisters = 6;
    void** top = (void**)(fiber.stack + stackBytes);
    *--top = nullptr;
    *--top = (void*)main;
    for (int k = 0; k < savedRegisters; k++) *--top = nullptr;
    fiber.stackPointer = top;
}

void FiberStacks::giveBack(Fiber& fiber) {
    if (fiber.stack) _free.push_back(fiber.stack);
    fiber.stack = nullptr;
}
