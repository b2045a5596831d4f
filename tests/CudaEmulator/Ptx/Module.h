// A PTX module: functions of instructions, their registers, labels and variables.
#pragma once
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

// PTX that ptxas would refuse, or that the emulator does not know.
struct PtxError : std::runtime_error {
    PtxError(int line, const std::string& what) : std::runtime_error("line " + std::to_string(line) + ": " + what) {}
};

struct Operand {
    enum Kind { Register, Integer, Float, Double, Symbol, Memory, List };

    Kind kind = Symbol;
    std::string name;           // of a register, a symbol or a label; of Memory its base
    uint64_t bits = 0;          // of an immediate; of Memory without a base the address
    int64_t offset = 0;         // of Memory, in bytes
    bool registerBase = false;  // of Memory: the base is a register, not a symbol
    bool negated = false;       // !%p
    std::vector<Operand> items; // of List: {a, b}, (a, b) or a|b
};

struct Instruction {
    int line = 0;
    std::string guard; // the predicate register of @%p
    bool guardNegated = false;
    std::vector<std::string> parts; // ld.global.v4.f32 at its dots
    std::vector<Operand> operands;

    const std::string& name() const { return parts.front(); }
    const std::string& type() const { return parts.back(); }

    bool has(const char* part) const {
        for (auto& p : parts)
            if (p == part) return true;
        return false;
    }

    std::string text() const {
        std::string joined;
        for (auto& p : parts) joined += (joined.empty() ? "" : ".") + p;
        return joined;
    }
};

struct Variable {
    std::string name;
    uint64_t bytes = 0;
    uint64_t align = 1;
    uint64_t offset = 0;  // within the memory that it lies in: parameters, a frame, shared memory
    bool dynamic = false; // extern .shared x[]: its size is given at the launch
    std::vector<uint8_t> initial;
};

struct Function {
    std::string name;
    bool entry = false;
    std::vector<Variable> parameters, results, shared, local;
    std::vector<Variable> callParameters;                   // .param variables in the body, which calls are made with
    uint64_t parameterBytes = 0;
    std::map<std::string, std::string> registers;           // name to type
    std::map<std::string, int> labels;                      // to the index of the instruction that follows
    std::map<std::string, std::vector<std::string>> tables; // .branchtargets
    std::vector<Instruction> code;
    uint64_t maxThreads = 0; // .maxntid, 0 if there is none
    uint64_t minBlocks = 0;  // .minnctapersm
    int liveRegisters = 0;   // 32-bit registers live at once, at most; the translator counts them
};

struct Module {
    std::vector<Function> functions;
    std::vector<Variable> globals;
    std::vector<Variable> dynamicShared;

    // What the translator works out.
    std::vector<Variable> sharedLayout; // all arrays in shared memory, the dynamic ones last
    uint64_t sharedBytes = 0;           // of the static ones, as a GPU counts them
    bool narrowShared = false;          // shared memory is accessed by less than 4 bytes
};
