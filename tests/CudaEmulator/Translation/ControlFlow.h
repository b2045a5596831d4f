// A function's basic blocks, and where lanes that part at the end of one meet again.
#pragma once
#include "../Ptx/Module.h"

struct Block {
    int begin; // instructions [begin, end)
    int end;
    std::vector<int> next; // for a branch first where it goes to, then where it falls through; leaves is the exit
    int join;              // the immediate post-dominator

    static constexpr int leaves = -1;
};

std::vector<Block> findBlocks(const Function& function);
