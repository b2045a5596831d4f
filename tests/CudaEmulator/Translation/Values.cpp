// Operands as C++ expressions of one lane, results as assignments. Types and widths are checked as ptxas checks them.
#include "FunctionTranslator.h"
#include "Types.h"
#include <cctype>

using std::string;
using std::to_string;

string cppName(const string& ptxName) {
    string name = ptxName[0] == '%' ? ptxName.substr(1) : ptxName;
    for (char& c : name)
        if (!isalnum((unsigned char)c)) c = '_';
    return "v_" + name;
}

const Variable* findVariable(const std::vector<Variable>& variables, const string& name) {
    for (auto& variable : variables)
        if (variable.name == name) return &variable;
    return nullptr;
}

const Operand& FunctionTranslator::operand(const Instruction& in, size_t number) const {
    if (number >= in.operands.size()) throw PtxError(in.line, "too few operands");
    return in.operands[number];
}

bool FunctionTranslator::isOwnRegister(const Operand& operand) const {
    return operand.kind == Operand::Register && _function.registers.count(operand.name);
}

// One lane of a register, as it stands in a loop over the lanes.
string FunctionTranslator::registerName(const string& name) const {
    return cppName(name) + (_placement.homes.at(name) == Home::Loop ? "" : "[i]");
}

static string specialRegister(const string& name) {
    static const std::map<string, string> values = {
        {"%tid.x", "warp->tidX[i]"},       {"%tid.y", "warp->tidY[i]"},       {"%tid.z", "warp->tidZ[i]"},
        {"%ntid.x", "warp->ntid[0]"},      {"%ntid.y", "warp->ntid[1]"},      {"%ntid.z", "warp->ntid[2]"},
        {"%ctaid.x", "warp->ctaid[0]"},    {"%ctaid.y", "warp->ctaid[1]"},    {"%ctaid.z", "warp->ctaid[2]"},
        {"%nctaid.x", "warp->nctaid[0]"},  {"%nctaid.y", "warp->nctaid[1]"},  {"%nctaid.z", "warp->nctaid[2]"},
        {"%laneid", "(u32)i"},             {"%lanemask_lt", "((1u << i) - 1)"}, {"%warpid", "warp->number"},
        {"%dynamic_smem_size", "warp->dynamicSharedBytes"}};
    auto found = values.find(name);
    return found == values.end() ? "" : found->second;
}

// Registers of any type of the right width do, but predicates are apart, and so are floats' registers of other widths.
static void checkRegister(const Instruction& in, const string& name, const string& registerType, const string& type,
                          bool wider) {
    bool fits = wider && !isNativeFloat(type) ? bitWidth(registerType) >= bitWidth(type)
                                              : bitWidth(registerType) == bitWidth(type);
    if (!fits || (type == "pred") != (registerType == "pred"))
        throw PtxError(in.line, name + " is of type " + registerType + ", not " + type);
}

string FunctionTranslator::registerValue(const Instruction& in, const Operand& operand, const string& type,
                                         bool wider) const {
    string wanted = valueType(type);
    string special = specialRegister(operand.name);
    if (!special.empty()) {
        if (bitWidth(type) != 32) throw PtxError(in.line, operand.name + " is 32 bits wide");
        return "(" + wanted + ")" + special;
    }
    if (!isOwnRegister(operand)) throw PtxError(in.line, "undeclared register " + operand.name);
    const string& registerType = _function.registers.at(operand.name);
    checkRegister(in, operand.name, registerType, type, wider);
    string name = registerName(operand.name);
    if (type == "pred") return operand.negated ? "(~" + name + ")" : name;
    if (isNativeFloat(type)) return isNativeFloat(registerType) ? name : "as<" + wanted + ">(" + name + ")";
    if (isNativeFloat(registerType)) return "(" + wanted + ")as<" + unsignedType(registerType) + ">(" + name + ")";
    return wanted == valueType(registerType) ? name : "(" + wanted + ")" + name;
}

string FunctionTranslator::constant(const Instruction& in, const Operand& operand, const string& type) const {
    string wanted = valueType(type);
    std::ostringstream hex;
    hex << "0x" << std::hex << operand.bits << "ull";
    if (operand.kind == Operand::Integer) {
        if (isNativeFloat(type)) throw PtxError(in.line, "an integer where " + type + " is expected");
        if (type == "pred") return operand.bits ? "(s32)-1" : "(s32)0";
        return "(" + wanted + ")" + hex.str();
    }
    if (type == "f64" && operand.kind == Operand::Float) return "(f64)as<f32>((u32)" + hex.str() + ")";
    if (type == "f32" && operand.kind == Operand::Double) return "(f32)as<f64>(" + hex.str() + ")";
    if (bitWidth(type) != (operand.kind == Operand::Float ? 32 : 64))
        throw PtxError(in.line, "constant of another width than " + type);
    string bits = "(" + unsignedType(type) + ")" + hex.str();
    return isNativeFloat(type) ? "as<" + wanted + ">(" + bits + ")" : "(" + wanted + ")" + bits;
}

string FunctionTranslator::symbolAddress(const Instruction& in, const string& name) const {
    if (auto* variable = findVariable(_function.local, name))
        return "(u64)(frame + i * frameStride + " + to_string(variable->offset) + ")";
    auto* shared = findVariable(_function.shared, name); // first: another function may use the same name
    if (!shared) shared = findVariable(_module.sharedLayout, name);
    if (shared) return "(u64)(warp->shared + " + to_string(shared->offset) + ")";
    if (findVariable(_module.globals, name)) return "(u64)global_" + cppName(name);
    throw PtxError(in.line, "unknown symbol " + name);
}

string FunctionTranslator::value(const Instruction& in, const Operand& operand, const string& type, bool wider) const {
    switch (operand.kind) {
        case Operand::Register: return registerValue(in, operand, type, wider);
        case Operand::Integer:
        case Operand::Float:
        case Operand::Double: return constant(in, operand, type);
        case Operand::Symbol: return "(" + valueType(type) + ")" + symbolAddress(in, operand.name);
        default: throw PtxError(in.line, "a register, constant or name expected");
    }
}

string FunctionTranslator::number(const Instruction& in, size_t operandNumber, const string& type) const {
    string expression = value(in, operand(in, operandNumber), type);
    if (type == "f16") expression = "halfToFloat(" + expression + ")";
    bool flushed = in.has("ftz") && (type == "f32" || type == "f16");
    return flushed ? "flush(" + expression + ")" : expression;
}

string FunctionTranslator::guard(const Instruction& in) const {
    if (in.guard.empty()) return "";
    Operand predicate;
    predicate.kind = Operand::Register;
    predicate.name = in.guard;
    predicate.negated = in.guardNegated;
    return value(in, predicate, "pred");
}

string FunctionTranslator::lanes(const Instruction& in) const {
    if (in.guard.empty()) return "mask";
    guard(in); // for its checks
    return string("mask & ") + (in.guardNegated ? "~" : "") + "maskOf(" + cppName(in.guard) + ")";
}

string FunctionTranslator::array(const Instruction& in, const Operand& operand, const string& type) {
    if (isOwnRegister(operand)) {
        if (bitWidth(_function.registers.at(operand.name)) != bitWidth(type))
            throw PtxError(in.line, "register " + operand.name + " has another width than " + type);
        return cppName(operand.name);
    }
    string name = "lanes" + to_string(_temporaries++);
    _out << "    alignas(64) " << valueType(type) << " " << name << "[32];\n"
         << "    LANES " << name << "[i] = " << value(in, operand, type) << ";\n";
    return name;
}

string FunctionTranslator::predicateArray(const Instruction& in, const Operand& operand) {
    string name = "lanes" + to_string(_temporaries++);
    _out << "    alignas(64) s32 " << name << "[32];\n"
         << "    LANES " << name << "[i] = " << value(in, operand, "pred") << ";\n";
    return name;
}

string FunctionTranslator::resultArray(const Instruction& in, const Operand& operand) const {
    if (!isOwnRegister(operand)) throw PtxError(in.line, "register expected");
    return cppName(operand.name);
}

void FunctionTranslator::assign(const Instruction& in, const Operand& to, const string& type, const string& expression,
                                bool wider) {
    if (!isOwnRegister(to)) throw PtxError(in.line, "register expected");
    const string& registerType = _function.registers.at(to.name);
    checkRegister(in, to.name, registerType, type, wider);
    string kept = valueType(registerType), value = "(" + expression + ")";
    if (isNativeFloat(registerType) && !isNativeFloat(type))
        value = "as<" + kept + ">((" + unsignedType(registerType) + ")" + value + ")";
    else if (!isNativeFloat(registerType) && isNativeFloat(type)) value = "as<" + unsignedType(type) + ">" + value;
    else value = "(" + valueType(type) + ")" + value;
    if (kept != valueType(type) && !isNativeFloat(registerType)) value = "(" + kept + ")" + value; // by the type's sign

    // A register that other blocks use must keep what it holds for lanes that do not run now.
    string condition = guard(in);
    if (_placement.homes.at(to.name) == Home::Function)
        condition = condition.empty() ? "active[i]" : "(active[i] & " + condition + ")";
    string name = registerName(to.name);
    _out << "        " << name << " = ";
    if (condition.empty()) _out << value << ";\n";
    else _out << condition << " ? " << value << " : " << name << ";\n";
}

void FunctionTranslator::assignNumber(const Instruction& in, const string& expression) {
    string result = expression;
    const string& type = in.type();
    if (in.has("sat")) {
        if (!isFloat(type)) throw PtxError(in.line, in.text() + " is not emulated");
        result = "saturate(" + result + ")";
    }
    if (in.has("ftz") && type == "f32") result = "flush(" + result + ")";
    if (type == "f16") result = "floatToHalf(" + result + ")";
    assign(in, operand(in, 0), type, result);
}
