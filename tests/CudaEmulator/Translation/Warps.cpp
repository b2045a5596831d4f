// Instructions in which the lanes of a warp, or the warps of a block, take part together; calls of functions.
#include "../Generated/Interface.h"
#include "FunctionTranslator.h"

using std::string;

// bar.sync, bar.red, bar.warp.sync
void FunctionTranslator::barrier(const Instruction& in) {
    if (in.has("warp")) {
        string members = array(in, operand(in, 0), "b32");
        _out << "    library->warpBarrier(warp, " << lanes(in) << ", " << members << ", " << in.line << ");\n";
    } else if (in.has("red")) {
        Reduction reduction = in.has("popc") ? REDUCE_COUNT : in.has("and") ? REDUCE_ALL : REDUCE_ANY;
        string predicates = predicateArray(in, in.operands.back());
        _out << "    library->reduce(warp, " << lanes(in) << ", " << operand(in, 1).bits << ", " << reduction << ", "
             << predicates << ", (s32*)" << resultArray(in, operand(in, 0)) << ", " << in.line << ");\n";
    } else {
        if (in.operands.size() != 1 || in.operands[0].kind != Operand::Integer)
            throw PtxError(in.line, in.text() + " with these operands is not emulated");
        _out << "    library->barrier(warp, " << lanes(in) << ", " << in.operands[0].bits << ", " << in.line << ");\n";
    }
}

// shfl.sync.mode.b32 d[|p], a, b, c, members
void FunctionTranslator::shuffle(const Instruction& in) {
    ShuffleMode mode = in.has("idx") ? SHUFFLE_INDEX
        : in.has("down") ? SHUFFLE_DOWN
        : in.has("up") ? SHUFFLE_UP
        : SHUFFLE_BUTTERFLY;
    const Operand& to = operand(in, 0);
    bool tellsRange = to.kind == Operand::List;
    string result = resultArray(in, tellsRange ? to.items[0] : to);
    string inRange = tellsRange ? resultArray(in, to.items[1]) : "nullptr";
    string sources;
    for (size_t k = 1; k <= 4; k++) sources += ", (const u32*)" + array(in, operand(in, k), "b32");
    _out << "    library->shuffle(warp, " << lanes(in) << ", " << mode << sources << ", (u32*)" << result << ", "
         << inRange << ", " << in.line << ");\n";
}

void FunctionTranslator::vote(const Instruction& in) {
    VoteMode mode = in.has("ballot") ? VOTE_BALLOT : in.has("any") ? VOTE_ANY : in.has("all") ? VOTE_ALL : VOTE_UNIFORM;
    string predicates = predicateArray(in, operand(in, 1));
    string members = in.operands.size() > 2 ? array(in, in.operands[2], "b32") : "nullptr";
    _out << "    library->vote(warp, " << lanes(in) << ", " << mode << ", " << predicates << ", " << members
         << ", (u32*)" << resultArray(in, operand(in, 0)) << ", " << in.line << ");\n";
}

void FunctionTranslator::activeMask(const Instruction& in) {
    _out << "    u32 running = " << lanes(in) << ";\n    LANES if (running >> i & 1) "
         << resultArray(in, operand(in, 0)) << "[i] = running;\n";
}

// call (results), name, (arguments)
void FunctionTranslator::call(const Instruction& in) {
    std::vector<string> arguments;
    auto append = [&](const Operand& list) {
        for (auto& item : list.items) arguments.push_back(cppName(item.name));
    };
    size_t at = 0;
    if (operand(in, 0).kind == Operand::List) append(in.operands[at++]);
    string name = operand(in, at++).name;
    if (at < in.operands.size()) append(in.operands[at]);

    const Function* called = nullptr;
    for (auto& function : _module.functions)
        if (function.name == name) called = &function;
    if (!called) throw PtxError(in.line, "call of " + name + ", which the module does not define");
    if (arguments.size() != called->parameters.size() + called->results.size())
        throw PtxError(in.line, "number of arguments of " + name);
    _out << "    function_" << cppName(name) << "(warp, " << lanes(in);
    for (auto& argument : arguments) _out << ", " << argument;
    _out << ");\n";
}

void FunctionTranslator::trap(const Instruction& in) {
    _out << "    library->trap(warp, " << lanes(in) << ", " << in.line << ");\n";
}

// Fences and pauses: memory is always consistent here.
void FunctionTranslator::nothing(const Instruction&) {}
