// A stack that can be left in the middle of a function and come back to.
#pragma once
#include <cstddef>
#include <vector>

struct Fiber {
    char* stack = nullptr;
    void* stackPointer = nullptr; // while it does not run
};

// Stacks to use again.
class FiberStacks {
public:
    // Gives a fiber a stack on which `main` will run, which must never return.
    void prepare(Fiber& fiber, void (*main)());
    void giveBack(Fiber& fiber);

private:
    std::vector<char*> _free;
};

// Leaves the stack that runs, remembers where, and goes on with another.
extern "C" void switchStack(void** leftAt, void* goOnAt);

// Memory of the process that takes room only where it is used.
char* mapMemory(size_t bytes);
