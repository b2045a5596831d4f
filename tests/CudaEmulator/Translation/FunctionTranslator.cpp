// The frame of a translated function, its blocks, and the branches between them.
//
// The lanes that run now are in `mask` (and, as predicates, in active[]). Where they part at the end of a block, those
// of one side go on; the rest, and all of them from the block where they meet again (`join`), go to a stack of pending
// lanes. Whoever reaches `join`, or leaves the function, takes the next from the stack.
#include "FunctionTranslator.h"
#include "Instructions.h"
#include "Types.h"
#include <set>

using std::string;
using std::to_string;

string FunctionTranslator::signature() const {
    if (_function.entry) return "extern \"C\" void kernel_" + cppName(_function.name) + "(Warp* warp)";
    string text = "static __attribute__((noinline)) void function_" + cppName(_function.name) + "(Warp* warp, u32 mask";
    for (auto* variables : {&_function.results, &_function.parameters})
        for (auto& variable : *variables) text += ", char* " + cppName(variable.name);
    return text + ")";
}

string FunctionTranslator::translate() {
    if (_function.code.empty()) return signature() + " {\n    warp->live = 0;\n}\n";
    _blocks = findBlocks(_function);
    _placement = placeRegisters(_function, _blocks);
    _function.liveRegisters = countLiveRegisters(_function, _blocks);
    declare();
    for (int b = 0; b < (int)_blocks.size(); b++) translateBlock(b);
    finish();
    return _out.str();
}

void FunctionTranslator::declare() {
    _out << "\n" << signature() << " {\n";
    if (_function.entry) _out << "    u32 mask = warp->started;\n";
    for (auto& [name, home] : _placement.homes)
        if (home != Home::Loop)
            _out << "    alignas(64) " << valueType(_function.registers.at(name)) << " " << cppName(name) << "[32];\n";
    for (auto& parameter : _function.callParameters)
        _out << "    alignas(64) char " << cppName(parameter.name) << "[32 * " << callParameterStride(parameter)
             << "];\n";
    uint64_t frameBytes = 0;
    for (auto& variable : _function.local) {
        variable.offset = roundUp(frameBytes, variable.align);
        frameBytes = variable.offset + variable.bytes;
    }
    if (frameBytes)
        _out << "    const u32 frameStride = " << roundUp(frameBytes, 16) << ";\n"
             << "    char* frame = library->enterFrame(warp, " << frameBytes << ");\n";
    _out << "    alignas(64) s32 active[32];\n"
         << "    Pending pending[" << 2 * _blocks.size() + 8 << "];\n"
         << "    int waiting = 0;\n"
         << "    s32 next, join = " << Block::leaves << ";\n"
         << "    u32 gone = 0;\n"
         << "    spread(mask, active);\n"
         << "    goto block0;\n";
}

void FunctionTranslator::translateBlock(int number) {
    const Block& block = _blocks[number];
    _out << "block" << number << ":\n";
    int end = endsBlock(_function.code[block.end - 1]) ? block.end - 1 : block.end;
    for (int k = block.begin; k < end;) {
        int group = _placement.groupOf[k];
        if (!_placement.groupIsLoop[group]) {
            callLibrary(_function.code[k++]);
            continue;
        }
        int groupEnd = k;
        std::set<string> scalars;
        for (; groupEnd < end && _placement.groupOf[groupEnd] == group; groupEnd++)
            visitRegisters(_function, _function.code[groupEnd], [&](const string& name, bool) {
                if (_placement.homes.at(name) == Home::Loop) scalars.insert(name);
            });
        _out << "    LANES {\n";
        for (auto& name : scalars)
            _out << "        " << valueType(_function.registers.at(name)) << " " << cppName(name) << ";\n";
        for (; k < groupEnd; k++) compute(_function.code[k]);
        _out << "    }\n";
    }
    leaveBlock(block);
}

void FunctionTranslator::callLibrary(const Instruction& in) {
    static const std::map<string, Handler> handlers = {
        {"ld", &FunctionTranslator::transfer},
        {"st", &FunctionTranslator::transfer},
        {"atom", &FunctionTranslator::atomic},
        {"red", &FunctionTranslator::atomic},
        {"bar", &FunctionTranslator::barrier},
        {"barrier", &FunctionTranslator::barrier},
        {"shfl", &FunctionTranslator::shuffle},
        {"vote", &FunctionTranslator::vote},
        {"activemask", &FunctionTranslator::activeMask},
        {"call", &FunctionTranslator::call},
        {"trap", &FunctionTranslator::trap},
        {"membar", &FunctionTranslator::nothing},
        {"fence", &FunctionTranslator::nothing},
        {"nanosleep", &FunctionTranslator::nothing},
        {"brkpt", &FunctionTranslator::nothing},
    };
    _out << "    {\n";
    (this->*handlers.at(in.name()))(in);
    _out << "    }\n";
}

// ---- branches ----

// All lanes of the mask go on at a block.
string FunctionTranslator::go(int block) const {
    if (block == Block::leaves) return "goto leave;";
    return "{ if (join == " + to_string(block) + ") goto resume; goto block" + to_string(block) + "; }";
}

// Puts the block's join on the stack, if it is not there already, for all lanes that run now. Where lanes may return
// before they meet, the join that is in force stays so.
static string pendingJoin(const Block& block) {
    if (block.join == Block::leaves) return "";
    string join = to_string(block.join);
    return "    if (join != " + join + ") pending[waiting++] = {" + join + ", join, mask};\n";
}

static string joinAfter(const Block& block) {
    return block.join == Block::leaves ? "join" : to_string(block.join);
}

void FunctionTranslator::leaveBlock(const Block& block) {
    auto& last = _function.code[block.end - 1];
    if (last.name() == "brx") branchByTable(last, block);
    else if (endsBlock(last) && !last.guard.empty()) branch(last, block);
    else _out << "    " << go(block.next[0]) << "\n";
}

// A branch or return by a predicate.
void FunctionTranslator::branch(const Instruction& in, const Block& block) {
    int target = block.next[0], through = block.next[1];
    _out << "    {\n"
         << "    u32 taken = " << lanes(in) << ", stayed = mask & ~taken;\n"
         << "    if (!stayed) " << go(target) << "\n"
         << "    if (!taken) " << go(through) << "\n";
    if (in.has("uni")) _out << "    library->diverged(warp, taken, stayed, " << in.line << ");\n";
    if (target == Block::leaves || through == Block::leaves) {
        string leaving = target == Block::leaves ? "taken" : "stayed";
        string staying = target == Block::leaves ? "stayed" : "taken";
        _out << "    gone |= " << leaving << ";\n";
        if (_function.entry) _out << "    warp->live &= ~" << leaving << ";\n";
        _out << "    mask = " << staying << ";\n"
             << "    spread(mask, active);\n"
             << "    " << go(target == Block::leaves ? through : target) << "\n    }\n";
        return;
    }
    string join = joinAfter(block);
    _out << pendingJoin(block)
         << "    if (" << through << " != " << join << ") pending[waiting++] = {" << through << ", " << join
         << ", stayed};\n"
         << "    mask = taken;\n"
         << "    join = " << join << ";\n"
         << "    spread(mask, active);\n"
         << "    " << go(target) << "\n    }\n";
}

// brx.idx: a branch by number, where each group of lanes with the same number goes its way.
void FunctionTranslator::branchByTable(const Instruction& in, const Block& block) {
    string join = joinAfter(block);
    _out << "    {\n    static const s32 targets[] = {";
    for (int target : block.next) _out << target << ", ";
    _out << "};\n";
    string indices = array(in, operand(in, 0), "u32");
    _out << "    u32 left = " << lanes(in) << ";\n"
         << "    bool first = true;\n"
         << pendingJoin(block)
         << "    while (left) {\n"
         << "        u32 index = " << indices << "[__builtin_ctz(left)], same = 0;\n"
         << "        LANES same |= " << indices << "[i] == index ? 1u << i : 0;\n"
         << "        same &= left;\n"
         << "        left &= ~same;\n"
         << "        if (index >= " << block.next.size() << ") library->trap(warp, same, " << in.line << ");\n";
    if (in.has("uni")) _out << "        if (!first) library->diverged(warp, same, mask & ~same, " << in.line << ");\n";
    _out << "        first = false;\n"
         << "        if (targets[index] != " << join << ")\n"
         << "            pending[waiting++] = {targets[index], " << join << ", same};\n"
         << "    }\n"
         << "    goto resume;\n    }\n";
}

void FunctionTranslator::finish() {
    _out << "leave:\n"
         << "    gone |= mask;\n";
    if (_function.entry) _out << "    warp->live &= ~mask;\n";
    _out << "resume:\n"
         << "    do {\n"
         << "        if (!waiting) goto done;\n"
         << "        waiting--;\n"
         << "        mask = pending[waiting].mask & ~gone;\n"
         << "        join = pending[waiting].join;\n"
         << "        next = pending[waiting].next;\n"
         << "    } while (!mask);\n"
         << "    spread(mask, active);\n"
         << "    switch (next) {\n";
    for (size_t b = 0; b < _blocks.size(); b++) _out << "        case " << b << ": goto block" << b << ";\n";
    _out << "        default: goto leave;\n"
         << "    }\n"
         << "done:;\n";
    bool hasFrame = !_function.local.empty();
    if (hasFrame) _out << "    library->leaveFrame(warp);\n";
    _out << "}\n";
}
