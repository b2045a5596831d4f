// Instructions that are computed lane by lane. Products and sums that PTX keeps apart are written apart here too;
// whether they are contracted is gcc's part (Runtime/KernelCompiler.cpp).
#include "FunctionTranslator.h"
#include "Types.h"

using std::string;
using std::to_string;

static string cast(const string& type, const string& expression) {
    return "(" + type + ")" + expression;
}

void FunctionTranslator::compute(const Instruction& in) {
    static const std::map<string, Handler> handlers = {
        {"ld", &FunctionTranslator::loadParameter},
        {"st", &FunctionTranslator::storeParameter},
        {"mov", &FunctionTranslator::move},
        {"cvt", &FunctionTranslator::convert},
        {"cvta", &FunctionTranslator::convertAddress},
        {"selp", &FunctionTranslator::select},
        {"setp", &FunctionTranslator::compare},
        {"testp", &FunctionTranslator::testFloat},
        {"and", &FunctionTranslator::computeBits},
        {"or", &FunctionTranslator::computeBits},
        {"xor", &FunctionTranslator::computeBits},
        {"not", &FunctionTranslator::computeBits},
        {"cnot", &FunctionTranslator::computeBits},
        {"shl", &FunctionTranslator::shift},
        {"shr", &FunctionTranslator::shift},
        {"mul", &FunctionTranslator::multiply},
        {"mad", &FunctionTranslator::multiply},
        {"popc", &FunctionTranslator::countBits},
        {"clz", &FunctionTranslator::countBits},
        {"bfe", &FunctionTranslator::extractBits},
    };
    const string& name = in.name();
    if (!isType(in.type())) throw PtxError(in.line, "no type in " + in.text());
    if (name != "cvt")
        for (const char* rounding : {"rz", "rm", "rp"})
            if (in.has(rounding)) throw PtxError(in.line, "rounding " + string(rounding) + " is not emulated");
    auto found = handlers.find(name);
    if (found == handlers.end()) computeNumber(in);
    else (this->*found->second)(in);
}

void FunctionTranslator::computeNumber(const Instruction& in) {
    // Functions of floats that are those of the C library; the GPU's approximations differ in last bits.
    static const std::map<string, string> approximations = {{"sin", "__builtin_sinf"},
                                                            {"cos", "__builtin_cosf"},
                                                            {"ex2", "__builtin_exp2f"},
                                                            {"lg2", "__builtin_log2f"},
                                                            {"tanh", "__builtin_tanhf"}};
    const string& name = in.name();
    const string& type = in.type();
    bool floats = isFloat(type);
    auto number = [&](size_t k) { return this->number(in, k, type); };
    auto pair = [&](const string& function) {
        assignNumber(in, function + "(" + number(1) + ", " + number(2) + ")");
    };
    auto single = [&](const string& function) { assignNumber(in, function + "(" + number(1) + ")"); };
    // Whole numbers wrap around, which in C++ only unsigned ones do.
    auto bits = [&](size_t k) { return cast(unsignedType(type), value(in, operand(in, k), type)); };

    if (name == "add" || name == "sub") {
        string sign = name == "add" ? " + " : " - ";
        assignNumber(in, floats ? number(1) + sign + number(2) : bits(1) + sign + bits(2));
    } else if (name == "fma") {
        assignNumber(in, "fusedMultiplyAdd(" + number(1) + ", " + number(2) + ", " + number(3) + ")");
    } else if (name == "div") {
        if (floats) assignNumber(in, number(1) + " / " + number(2));
        else pair("quotient<" + valueType(type) + ">");
    } else if (name == "rem") {
        pair("remainder<" + valueType(type) + ">");
    } else if (name == "neg") {
        assignNumber(in, floats ? "-" + number(1) : "0 - " + bits(1));
    } else if (name == "abs") {
        single("absolute");
    } else if (name == "min") {
        pair(floats ? "floatMin" : "smaller<" + valueType(type) + ">");
    } else if (name == "max") {
        pair(floats ? "floatMax" : "larger<" + valueType(type) + ">");
    } else if (name == "sqrt") {
        single("squareRoot");
    } else if (name == "rcp") {
        assignNumber(in, "1 / " + number(1));
    } else if (name == "rsqrt") {
        assignNumber(in, "1 / squareRoot(" + number(1) + ")");
    } else if (approximations.count(name)) {
        single(approximations.at(name));
    } else if (name == "copysign") {
        assignNumber(in, "copySign(" + number(2) + ", " + number(1) + ")"); // PTX names the sign first
    } else if (name == "brev") {
        single("reverseBits");
    } else {
        throw PtxError(in.line, "instruction " + in.text() + " is not emulated");
    }
}

void FunctionTranslator::computeBits(const Instruction& in) {
    const string& name = in.name();
    const string& type = in.type();
    auto bits = [&](size_t k) { return cast(unsignedType(type), value(in, operand(in, k), type)); };
    string expression;
    if (name == "not") expression = "~" + bits(1);
    else if (name == "cnot") expression = bits(1) + " == 0";
    else expression = bits(1) + (name == "and" ? " & " : name == "or" ? " | " : " ^ ") + bits(2);
    assign(in, operand(in, 0), type, expression);
}

void FunctionTranslator::shift(const Instruction& in) {
    const string& type = in.type();
    bool bySign = in.name() == "shr" && type[0] == 's';
    string shifted = bySign ? valueType(type) : unsignedType(type);
    assign(in, operand(in, 0), type, in.name() + "<" + shifted + ">(" + value(in, operand(in, 1), type) + ", "
        + value(in, operand(in, 2), "u32") + ")");
}

void FunctionTranslator::multiply(const Instruction& in) {
    const string& type = in.type();
    bool adds = in.name() == "mad";
    if (isFloat(type)) {
        string product = number(in, 1, type) + " * " + number(in, 2, type);
        if (adds)
            product = "fusedMultiplyAdd(" + number(in, 1, type) + ", " + number(in, 2, type) + ", "
                + number(in, 3, type) + ")";
        assignNumber(in, product);
        return;
    }
    string a = value(in, operand(in, 1), type), b = value(in, operand(in, 2), type);
    string result = type, product;
    if (in.has("wide")) {
        result = type.substr(0, 1) + to_string(2 * bitWidth(type));
        product = cast(valueType(result), a) + " * " + cast(valueType(result), b);
    } else if (in.has("hi")) {
        product = "mulHigh(" + cast(valueType(type), a) + ", " + cast(valueType(type), b) + ")";
    } else if (in.has("lo")) {
        // C++ would multiply shorts as signed ints, which may overflow.
        string unsignedOne = bitWidth(type) == 16 ? "u32" : unsignedType(type);
        product = cast(unsignedOne, a) + " * " + cast(unsignedOne, b);
    } else {
        throw PtxError(in.line, in.text() + " needs .lo, .hi or .wide");
    }
    if (adds)
        product = cast(unsignedType(result), "(" + product + ")") + " + "
            + cast(unsignedType(result), value(in, operand(in, 3), result));
    assign(in, operand(in, 0), result, product);
}

void FunctionTranslator::countBits(const Instruction& in) {
    string bits = cast(unsignedType(in.type()), value(in, operand(in, 1), in.type()));
    int width = bitWidth(in.type());
    string count = "__builtin_popcountll(" + bits + ")";
    if (in.name() == "clz")
        count = bits + " == 0 ? " + to_string(width) + " : __builtin_clzll(" + bits + ") - " + to_string(64 - width);
    assign(in, operand(in, 0), "u32", count);
}

void FunctionTranslator::extractBits(const Instruction& in) {
    string bits = unsignedType(in.type());
    if (in.type()[0] != 'u') throw PtxError(in.line, "instruction " + in.text() + " is not emulated");
    string position = "(" + value(in, operand(in, 2), "u32") + " & 255)";
    string length = "(" + value(in, operand(in, 3), "u32") + " & 255)";
    assign(in, operand(in, 0), in.type(), "shr<" + bits + ">(" + value(in, operand(in, 1), in.type()) + ", " + position
        + ") & (shl<" + bits + ">(1, " + length + ") - 1)");
}

void FunctionTranslator::select(const Instruction& in) {
    assign(in, operand(in, 0), in.type(), value(in, operand(in, 3), "pred") + " ? "
        + value(in, operand(in, 1), in.type()) + " : " + value(in, operand(in, 2), in.type()));
}

// All spaces lie in one: an address means the same in each.
void FunctionTranslator::convertAddress(const Instruction& in) {
    assign(in, operand(in, 0), "u64", value(in, operand(in, 1), "u64"));
}
