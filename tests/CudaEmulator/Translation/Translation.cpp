// A PTX module to C++: the layout of shared memory, global variables, functions.
#include "Translation.h"
#include "FunctionTranslator.h"
#include "Types.h"
#include <algorithm>

using std::string;

string kernelSymbol(const string& ptxName) {
    return "kernel_" + cppName(ptxName);
}

string globalSymbol(const string& ptxName) {
    return "global_" + cppName(ptxName);
}

static void layOutShared(Module& module) {
    uint64_t offset = 0;
    for (auto& function : module.functions) {
        for (auto& variable : function.shared) {
            variable.offset = roundUp(offset, std::max<uint64_t>(variable.align, 16));
            offset = variable.offset + variable.bytes + sharedGap;
            module.sharedBytes += variable.bytes;
            module.sharedLayout.push_back(variable);
        }
    }
    // All dynamic arrays are names of one place, whose size the launch says.
    for (auto variable : module.dynamicShared) {
        variable.offset = roundUp(offset, 256);
        variable.dynamic = true;
        module.sharedLayout.push_back(variable);
    }
}

static string defineGlobal(const Variable& variable) {
    string text = "extern \"C\" {\nalignas(" + std::to_string(std::max<uint64_t>(variable.align, 16)) + ") u8 "
        + globalSymbol(variable.name) + "[" + std::to_string(std::max<uint64_t>(variable.bytes, 1)) + "] = {";
    for (uint8_t byte : variable.initial) text += std::to_string(byte) + ", ";
    return text + "};\n}\n";
}

string translate(Module& module) {
    layOutShared(module);
    string declarations, definitions;
    for (auto& variable : module.globals) declarations += defineGlobal(variable);
    for (auto& function : module.functions) {
        FunctionTranslator translator(module, function);
        definitions += translator.translate();
        if (!function.entry) declarations += translator.signature() + ";\n";
    }
    return declarations + definitions;
}
