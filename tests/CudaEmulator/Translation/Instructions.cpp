// What kinds of instructions there are, as far as blocks and registers depend on it.
#include "Instructions.h"
#include "Types.h"
#include <set>

using std::set;
using std::string;

bool endsBlock(const Instruction& instruction) {
    static const set<string> names = {"bra", "brx", "ret", "exit"};
    return names.count(instruction.name());
}

bool isLaneLoop(const Instruction& instruction) {
    static const set<string> calls = {"atom", "red", "bar", "barrier", "shfl", "vote", "activemask", "call", "membar",
                                      "fence", "trap", "brkpt", "nanosleep"};
    const string& name = instruction.name();
    if (name == "ld" || name == "st") return instruction.has("param");
    return !calls.count(name) && !endsBlock(instruction);
}

bool resistsVectorization(const Function& function, const Instruction& instruction) {
    static const set<string> names = {"div", "rem", "sin", "cos", "ex2", "lg2", "tanh", "brev", "bfe", "popc", "clz",
                                      "st"};
    const string& name = instruction.name();
    if (name == "div" && isFloat(instruction.type())) return false;
    if (name == "ld") return !function.entry; // a kernel's parameters are the same for all lanes
    if (name == "cvt")
        return instruction.type() == "f64" || instruction.parts[instruction.parts.size() - 2] == "f64";
    return names.count(name);
}

static bool writesFirstOperand(const Instruction& instruction) {
    static const set<string> writesNone = {"st", "red", "bra", "brx", "ret", "exit", "membar", "fence", "call", "trap",
                                           "brkpt", "nanosleep"};
    const string& name = instruction.name();
    if (name == "bar" || name == "barrier") return instruction.has("red");
    return !writesNone.count(name) && !instruction.operands.empty();
}

void visitRegisters(const Function& function, const Instruction& instruction,
                    const std::function<void(const string&, bool)>& visit) {
    auto visitOwn = [&](const string& name, bool definition) {
        if (function.registers.count(name)) visit(name, definition); // %tid.x and its like are none of the function's
    };
    std::function<void(const Operand&, bool)> visitOperand = [&](const Operand& operand, bool definition) {
        for (auto& item : operand.items) visitOperand(item, definition);
        if (operand.kind == Operand::Register) visitOwn(operand.name, definition);
        if (operand.kind == Operand::Memory) visitOwn(operand.name, false);
    };
    bool writes = writesFirstOperand(instruction);
    for (size_t k = writes ? 1 : 0; k < instruction.operands.size(); k++) visitOperand(instruction.operands[k], false);
    visitOwn(instruction.guard, false);
    if (writes) visitOperand(instruction.operands[0], true);
}
