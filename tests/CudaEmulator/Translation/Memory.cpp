// Loads, stores and atomics, which the library does; parameters, which lie in plain memory of the generated code.
#include "../Runtime/Access.h"
#include "FunctionTranslator.h"
#include "Types.h"

using std::string;
using std::to_string;

static Space spaceOf(const Instruction& in) {
    if (in.has("global") || in.has("const")) return GLOBAL;
    if (in.has("shared")) return SHARED;
    return in.has("local") ? LOCAL : GENERIC;
}

// The registers of an operand that may be a list in braces.
static std::vector<Operand> itemsOf(const Operand& operand) {
    return operand.kind == Operand::List ? operand.items : std::vector<Operand>{operand};
}

// ---- parameters ----

uint64_t callParameterStride(const Variable& parameter) {
    return roundUp(parameter.bytes, 16);
}

// A kernel's parameters are one buffer for all threads; those of a call have a slot per lane.
string FunctionTranslator::parameterAddress(const Instruction& in, const Operand& address, int bytes) const {
    auto* parameter = findVariable(_function.parameters, address.name);
    bool ofKernel = parameter && _function.entry;
    if (!parameter) parameter = findVariable(_function.results, address.name);
    if (!parameter) parameter = findVariable(_function.callParameters, address.name);
    if (!parameter) throw PtxError(in.line, "unknown parameter " + address.name);
    if (address.offset < 0 || address.offset + bytes > (int64_t)parameter->bytes)
        throw PtxError(in.line, "outside of parameter " + parameter->name);
    if (address.offset % bytes || parameter->align % bytes)
        throw PtxError(in.line, "misaligned parameter " + parameter->name);
    if (ofKernel) return "warp->parameters + " + to_string(parameter->offset + address.offset);
    return cppName(parameter->name) + " + i * " + to_string(callParameterStride(*parameter)) + " + "
        + to_string(address.offset);
}

void FunctionTranslator::loadParameter(const Instruction& in) {
    int bytes = byteWidth(in.type());
    Operand address = operand(in, 1);
    for (auto& to : itemsOf(operand(in, 0))) {
        string source = "*(const " + valueType(in.type()) + "*)(" + parameterAddress(in, address, bytes) + ")";
        assign(in, to, in.type(), source, true);
        address.offset += bytes;
    }
}

void FunctionTranslator::storeParameter(const Instruction& in) {
    int bytes = byteWidth(in.type());
    Operand address = operand(in, 0);
    string condition = in.guard.empty() ? "active[i]" : "active[i] & " + guard(in);
    for (auto& from : itemsOf(operand(in, 1))) {
        _out << "        if (" << condition << ") *(" << valueType(in.type()) << "*)("
             << parameterAddress(in, address, bytes) << ") = " << value(in, from, in.type(), true) << ";\n";
        address.offset += bytes;
    }
}

// ---- memory ----

// An operand's address as an array of 32 lanes, its offset left out.
string FunctionTranslator::addressArray(const Instruction& in, const Operand& address) {
    if (address.kind != Operand::Memory) throw PtxError(in.line, "address expected");
    if (address.registerBase) {
        auto found = _function.registers.find(address.name);
        if (found == _function.registers.end() || bitWidth(found->second) != 64 || found->second == "f64")
            throw PtxError(in.line, "address in " + address.name);
        return cppName(address.name);
    }
    string base = address.name.empty() ? to_string(address.bits) + "ull" : symbolAddress(in, address.name);
    string name = "lanes" + to_string(_temporaries++);
    _out << "    alignas(64) u64 " << name << "[32];\n    LANES " << name << "[i] = " << base << ";\n";
    return name;
}

void FunctionTranslator::transfer(const Instruction& in) {
    bool load = in.name() == "ld";
    const string& type = in.type();
    if (!isType(type) || type == "pred") throw PtxError(in.line, "no type in " + in.text());
    std::vector<Operand> items = itemsOf(operand(in, load ? 0 : 1));
    size_t elements = in.has("v2") ? 2 : in.has("v4") ? 4 : 1;
    if (items.size() != elements)
        throw PtxError(in.line, in.text() + " with " + to_string(items.size()) + " registers");
    if (elements * bitWidth(type) > 128) throw PtxError(in.line, in.text() + " is wider than 16 bytes");

    int registerWidth = 0;
    string arrays;
    for (auto& item : items) {
        int width = bitWidth(type);
        string name;
        if (isOwnRegister(item)) {
            const string& registerType = _function.registers.at(item.name);
            if (registerType == "pred") throw PtxError(in.line, item.name + " is a predicate");
            width = bitWidth(registerType);
            name = cppName(item.name);
        } else {
            if (load) throw PtxError(in.line, "register expected");
            name = array(in, item, type);
        }
        if (width < bitWidth(type) || (registerWidth && registerWidth != width))
            throw PtxError(in.line, "widths of " + in.text());
        registerWidth = width;
        arrays += (arrays.empty() ? "" : ", ") + name;
    }

    Access access = {(u32)byteWidth(type), (u32)registerWidth / 8, type[0] == 's', (u32)elements, spaceOf(in)};
    if (access.elementBytes < 4 && (access.space == SHARED || access.space == GENERIC)) _module.narrowShared = true;
    const Operand& address = operand(in, load ? 1 : 0);
    string addresses = addressArray(in, address);
    _out << "    " << (load ? "void" : "const void") << "* const registers[] = {" << arrays << "};\n"
         << "    library->" << (load ? "load" : "store") << "(warp, " << lanes(in) << ", " << addresses << ", "
         << address.offset << ", " << encode(access) << ", " << in.line << ", registers);\n";
}

void FunctionTranslator::atomic(const Instruction& in) {
    static const std::map<string, AtomicOperation> operations = {
        {"add", ATOMIC_ADD},      {"min", ATOMIC_MIN},       {"max", ATOMIC_MAX},
        {"and", ATOMIC_AND},      {"or", ATOMIC_OR},         {"xor", ATOMIC_XOR},
        {"exch", ATOMIC_EXCHANGE}, {"cas", ATOMIC_COMPARE_AND_SWAP}, {"inc", ATOMIC_INCREMENT},
        {"dec", ATOMIC_DECREMENT}};
    static const std::map<string, AtomicType> types = {
        {"u32", ATOMIC_U32}, {"s32", ATOMIC_S32}, {"b32", ATOMIC_U32}, {"u64", ATOMIC_U64},
        {"s64", ATOMIC_S64}, {"b64", ATOMIC_U64}, {"f32", ATOMIC_F32}, {"f64", ATOMIC_F64}};
    bool returnsOld = in.name() == "atom"; // red does not
    auto operation = operations.end();
    for (auto& part : in.parts)
        if (operations.count(part)) operation = operations.find(part);
    if (operation == operations.end() || !types.count(in.type()))
        throw PtxError(in.line, in.text() + " is not emulated");

    size_t first = returnsOld ? 1 : 0;
    const Operand& address = operand(in, first);
    string old = returnsOld ? array(in, operand(in, 0), in.type()) : "nullptr";
    string b = array(in, operand(in, first + 1), in.type());
    bool swaps = operation->second == ATOMIC_COMPARE_AND_SWAP;
    string c = swaps ? array(in, operand(in, first + 2), in.type()) : "nullptr";
    string addresses = addressArray(in, address);
    _out << "    library->atomic(warp, " << lanes(in) << ", " << addresses << ", " << address.offset << ", "
         << spaceOf(in) << ", " << operation->second << ", " << types.at(in.type()) << ", " << in.line << ", " << old
         << ", " << b << ", " << c << ");\n";
}
