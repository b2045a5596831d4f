// A PTX module to C++.
#pragma once
#include "../Ptx/Module.h"

// Bytes that lie between arrays in shared memory, so that running off one of them is found.
constexpr uint64_t sharedGap = 256;

// The C++, to follow Generated/Interface.h and Generated/Arithmetic.h. Sets what the module says the translator works
// out. Throws PtxError.
std::string translate(Module& module);

// Names of symbols in the compiled C++.
std::string kernelSymbol(const std::string& ptxName);
std::string globalSymbol(const std::string& ptxName);
