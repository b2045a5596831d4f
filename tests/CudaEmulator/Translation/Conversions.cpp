// mov, which may split or join registers; cvt between types; comparisons.
#include "FunctionTranslator.h"
#include "Types.h"

using std::string;
using std::to_string;

void FunctionTranslator::move(const Instruction& in) {
    const string& type = in.type();
    const Operand& to = operand(in, 0);
    const Operand& from = operand(in, 1);
    auto part = [&](const Operand& list) { return "b" + to_string(bitWidth(type) / (int)list.items.size()); };
    if (to.kind == Operand::List) {
        for (size_t k = 0; k < to.items.size(); k++) {
            string shifted = "(" + unsignedType(type) + ")" + value(in, from, type) + " >> "
                + to_string(k * bitWidth(part(to)));
            assign(in, to.items[k], part(to), shifted);
        }
    } else if (from.kind == Operand::List) {
        string joined;
        for (size_t k = 0; k < from.items.size(); k++) {
            string bits = "(" + unsignedType(part(from)) + ")" + value(in, from.items[k], part(from));
            joined += (k ? " | " : "") + ("(" + unsignedType(type) + ")" + bits) + " << "
                + to_string(k * bitWidth(part(from)));
        }
        assign(in, to, type, joined);
    } else {
        assign(in, to, type, value(in, from, type));
    }
}

// The function for .rni, .rzi, .rmi or .rpi, empty where the instruction has none of them.
static string integerRounding(const Instruction& in) {
    static const std::map<string, string> functions = {
        {"rni", "roundNearest"}, {"rzi", "roundZero"}, {"rmi", "roundDown"}, {"rpi", "roundUp"}};
    for (auto& [name, function] : functions)
        if (in.has(name.c_str())) return function;
    return "";
}

void FunctionTranslator::convert(const Instruction& in) {
    const string& to = in.parts.size() > 2 ? in.parts[in.parts.size() - 2] : in.name();
    const string& from = in.type();
    if (!isType(to)) throw PtxError(in.line, "two types expected in " + in.text());
    string source = value(in, operand(in, 1), from, true);
    if (from == "f16") source = "halfToFloat(" + source + ")";
    if (in.has("ftz") && from == "f32") source = "flush(" + source + ")";
    string result;
    if (isFloat(to)) {
        result = convertToFloat(in, to, from, source);
    } else if (isFloat(from)) {
        string rounding = integerRounding(in);
        if (rounding.empty()) throw PtxError(in.line, in.text() + " needs a rounding");
        result = "toInteger<" + valueType(to) + ">(" + rounding + "(" + source + "))";
    } else {
        if (in.has("sat")) throw PtxError(in.line, in.text() + " is not emulated");
        result = source;
    }
    assign(in, operand(in, 0), to, result, true);
}

string FunctionTranslator::convertToFloat(const Instruction& in, const string& to, const string& from,
                                          string value) const {
    bool inexact = !isFloat(from) || bitWidth(to) < bitWidth(from);
    if (inexact) {
        if (in.has("rz") || in.has("rm") || in.has("rp"))
            throw PtxError(in.line, "the rounding of " + in.text() + " is not emulated");
        if (!in.has("rn")) throw PtxError(in.line, in.text() + " needs a rounding");
    }
    if (from == to && !integerRounding(in).empty()) value = integerRounding(in) + "(" + value + ")";
    if (to == "f16") {
        if (in.has("sat")) throw PtxError(in.line, in.text() + " is not emulated");
        return from == "f64" ? "doubleToHalf(" + value + ")" : "floatToHalf((f32)" + value + ")";
    }
    string result = "(" + to + ")(" + value + ")";
    if (in.has("sat")) result = "saturate(" + result + ")";
    if (in.has("ftz") && to == "f32") result = "flush(" + result + ")";
    return result;
}

void FunctionTranslator::compare(const Instruction& in) {
    static const std::map<string, string> operators = {{"eq", "=="}, {"ne", "!="}, {"lt", "<"}, {"le", "<="},
                                                       {"gt", ">"},  {"ge", ">="}, {"lo", "<"}, {"ls", "<="},
                                                       {"hi", ">"},  {"hs", ">="}};
    const string& type = in.type();
    const string comparison = in.parts.at(1);
    string a = number(in, 1, type), b = number(in, 2, type);
    string anyNan = "(" + a + " != " + a + ") | (" + b + " != " + b + ")";

    // ltu and its like, for floats, hold for NaN as well.
    bool unordered = comparison.size() == 3 && comparison.back() == 'u';
    string ordered = unordered ? comparison.substr(0, 2) : comparison;
    string result;
    if (comparison == "num") {
        result = "!(" + anyNan + ")";
    } else if (comparison == "nan") {
        result = anyNan;
    } else {
        if (!operators.count(ordered)) throw PtxError(in.line, "comparison " + comparison);
        bool forUnsigned = ordered == "lo" || ordered == "ls" || ordered == "hi" || ordered == "hs";
        if (forUnsigned && type[0] != 'u') throw PtxError(in.line, in.text() + " needs an unsigned type");
        result = a + " " + operators.at(ordered) + " " + b;
        if (unordered) result = "(" + result + ") | " + anyNan;
        // C++'s != holds for NaN, PTX's does not.
        else if (ordered == "ne" && isFloat(type)) result = "(" + result + ") & !(" + anyNan + ")";
    }
    result = "-(s32)(" + result + ")";

    auto assignCombined = [&](const Operand& to, string predicate) {
        if (in.operands.size() > 3) {
            string other = value(in, in.operands[3], "pred");
            if (in.has("and")) predicate += " & " + other;
            else if (in.has("or")) predicate += " | " + other;
            else if (in.has("xor")) predicate += " ^ " + other;
            else throw PtxError(in.line, in.text());
        }
        assign(in, to, "pred", predicate);
    };
    const Operand& to = operand(in, 0);
    if (to.kind != Operand::List) {
        assignCombined(to, result);
        return;
    }
    _out << "        {\n        s32 holds = " << result << ";\n"; // before %p|%q, which it may read, are written
    assignCombined(to.items[0], "holds");
    assignCombined(to.items[1], "~holds");
    _out << "        }\n";
}

void FunctionTranslator::testFloat(const Instruction& in) {
    const string& test = in.parts.at(1);
    string a = number(in, 1, in.type()), holds;
    if (test == "notanumber") holds = a + " != " + a;
    else if (test == "number") holds = a + " == " + a;
    else if (test == "infinite") holds = "absolute(" + a + ") == __builtin_inf()";
    else if (test == "finite") holds = "absolute(" + a + ") < __builtin_inf()";
    else throw PtxError(in.line, "instruction " + in.text() + " is not emulated");
    assign(in, operand(in, 0), "pred", "-(s32)(" + holds + ")");
}
