// What kinds of instructions there are, as far as blocks and registers depend on it.
#pragma once
#include "../Ptx/Module.h"
#include <functional>

bool endsBlock(const Instruction& instruction);

// Computed lane by lane in a loop, without a call of the library.
bool isLaneLoop(const Instruction& instruction);

// A loop that gcc does not vectorize, and that would keep its neighbours from it.
bool resistsVectorization(const Function& function, const Instruction& instruction);

// Calls visit(register, isDefinition) for the function's registers in an instruction: those read, then those written.
void visitRegisters(const Function& function, const Instruction& instruction,
                    const std::function<void(const std::string&, bool)>& visit);
