// One PTX function to one C++ function. Its methods lie in files by kind of instruction:
//   Values.cpp       operands as C++ expressions, results as assignments, with the checks of types and widths
//   Arithmetic.cpp   what is computed lane by lane
//   Conversions.cpp  mov, cvt, comparisons
//   Memory.cpp       loads, stores, atomics, parameters
//   Warps.cpp        barriers, shuffles, votes, calls of functions
//   FunctionTranslator.cpp  the function's frame, its blocks, and the branches between them
#pragma once
#include "ControlFlow.h"
#include "Registers.h"
#include <sstream>

class FunctionTranslator {
public:
    FunctionTranslator(Module& module, Function& function) : _module(module), _function(function) {}

    // Throws PtxError.
    std::string translate();

    std::string signature() const;

private:
    using string = std::string;
    using Handler = void (FunctionTranslator::*)(const Instruction&);

    Module& _module;
    Function& _function;
    std::ostringstream _out;
    std::vector<Block> _blocks;
    Placement _placement;
    int _temporaries = 0;

    // ---- Values.cpp ----
    const Operand& operand(const Instruction& in, size_t number) const;
    bool isOwnRegister(const Operand& operand) const;
    string registerName(const string& name) const;
    string registerValue(const Instruction& in, const Operand& operand, const string& type, bool wider) const;
    string constant(const Instruction& in, const Operand& operand, const string& type) const;
    string symbolAddress(const Instruction& in, const string& name) const;
    // An operand's value in one lane. wider: the register may be wider than the type, as for ld, st and cvt.
    string value(const Instruction& in, const Operand& operand, const string& type, bool wider = false) const;
    // The same, halves as floats and, under .ftz, subnormal numbers flushed.
    string number(const Instruction& in, size_t operandNumber, const string& type) const;
    string guard(const Instruction& in) const;
    // The lanes that execute an instruction, for a call of the library.
    string lanes(const Instruction& in) const;
    // An operand as an array of 32 lanes, written out where it is no register.
    string array(const Instruction& in, const Operand& operand, const string& type);
    string predicateArray(const Instruction& in, const Operand& operand);
    string resultArray(const Instruction& in, const Operand& operand) const;
    void assign(const Instruction& in, const Operand& to, const string& type, const string& expression,
                bool wider = false);
    // Assigns to the first operand: a number of the instruction's type, after .sat and .ftz.
    void assignNumber(const Instruction& in, const string& expression);

    // ---- Arithmetic.cpp ----
    void compute(const Instruction& in);
    void computeNumber(const Instruction& in);
    void computeBits(const Instruction& in);
    void shift(const Instruction& in);
    void multiply(const Instruction& in);
    void countBits(const Instruction& in);
    void extractBits(const Instruction& in);
    void select(const Instruction& in);
    void convertAddress(const Instruction& in);

    // ---- Conversions.cpp ----
    void move(const Instruction& in);
    void convert(const Instruction& in);
    string convertToFloat(const Instruction& in, const string& to, const string& from, string value) const;
    void compare(const Instruction& in);
    void testFloat(const Instruction& in);

    // ---- Memory.cpp ----
    string parameterAddress(const Instruction& in, const Operand& address, int bytes) const;
    void loadParameter(const Instruction& in);
    void storeParameter(const Instruction& in);
    string addressArray(const Instruction& in, const Operand& address);
    void transfer(const Instruction& in);
    void atomic(const Instruction& in);

    // ---- Warps.cpp ----
    void barrier(const Instruction& in);
    void shuffle(const Instruction& in);
    void vote(const Instruction& in);
    void activeMask(const Instruction& in);
    void call(const Instruction& in);
    void trap(const Instruction& in);
    void nothing(const Instruction& in);

    // ---- FunctionTranslator.cpp ----
    void declare();
    void translateBlock(int number);
    void callLibrary(const Instruction& in);
    string go(int block) const;
    void leaveBlock(const Block& block);
    void branch(const Instruction& in, const Block& block);
    void branchByTable(const Instruction& in, const Block& block);
    void finish();
};

// The name in C++ of a register, a variable or a function.
std::string cppName(const std::string& ptxName);

// Bytes per lane of a parameter of a call.
uint64_t callParameterStride(const Variable& parameter);

const Variable* findVariable(const std::vector<Variable>& variables, const std::string& name);
