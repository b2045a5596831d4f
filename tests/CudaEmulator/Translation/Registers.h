// Where a function's registers live in the generated C++, and how many are live at once.
#pragma once
#include "ControlFlow.h"

// A register that one loop over the lanes writes first and nothing else uses is a scalar in that loop. All others are
// arrays of 32 lanes; of these, one that a single block writes first can be written for all lanes, while another may
// hold values of lanes that do not run now.
enum class Home { Loop, Block, Function };

struct Placement {
    std::vector<int> groupOf;       // instruction to group: neighbours that share a loop over the lanes
    std::vector<bool> groupIsLoop;  // by group; otherwise one call of the library
    std::map<std::string, Home> homes;
};

Placement placeRegisters(const Function& function, const std::vector<Block>& blocks);

// 32-bit registers live at once, at most, in the order of the PTX; predicates are not counted.
int countLiveRegisters(const Function& function, const std::vector<Block>& blocks);
