// PTX text to a module, by recursive descent: directives, variables, function bodies, instructions, operands. Types and
// widths are the translator's to check.
#include "Parser.h"
#include "Lexer.h"
#include <algorithm>
#include <cctype>

namespace {

// Bytes of a type such as ".f32".
int typeBytes(const std::string& type, int line) {
    if (type == ".pred") return 1;
    size_t digits = type.find_first_of("0123456789");
    if (digits == std::string::npos) throw PtxError(line, "type expected, not '" + type + "'");
    return std::stoi(type.substr(digits)) / 8;
}

std::vector<std::string> splitAtDots(const std::string& text) {
    std::vector<std::string> parts;
    size_t begin = 0;
    while (begin <= text.size()) {
        size_t end = std::min(text.find('.', begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

class Parser {
public:
    explicit Parser(const std::string& text) : _tokens(tokenize(text)) {}

    Module parse() {
        while (!next().empty()) parseDirective();
        return std::move(_module);
    }

private:
    std::vector<Token> _tokens;
    size_t _position = 0;
    Module _module;
    // Parameters of calls are declared in braces, and their names are unique within these only. Innermost last: the
    // name as written to the unique one.
    std::vector<std::map<std::string, std::string>> _scopes;

    // ---- tokens ----

    const std::string& next(size_t ahead = 0) const {
        return _tokens[std::min(_position + ahead, _tokens.size() - 1)].text;
    }

    int line() const { return _tokens[_position].line; }

    [[noreturn]] void refuse(const std::string& what) const { throw PtxError(line(), what + " at '" + next() + "'"); }

    std::string take() {
        std::string text = next();
        if (_position < _tokens.size() - 1) _position++;
        return text;
    }

    bool takeIf(const char* text) {
        if (next() != text) return false;
        take();
        return true;
    }

    void expect(const char* text) {
        if (!takeIf(text)) refuse(std::string("'") + text + "' expected");
    }

    uint64_t takeNumber() { return strtoull(take().c_str(), nullptr, 0); }

    uint64_t takeSignedNumber() {
        bool negative = takeIf("-");
        uint64_t number = takeNumber();
        return negative ? -number : number;
    }

    void skipLine() {
        int first = line();
        while (line() == first && !next().empty()) take();
    }

    // ---- the module ----

    void parseDirective() {
        std::string directive = take();
        if (directive == ".version") {
            take();
        } else if (directive == ".target" || directive == ".file") {
            skipLine();
        } else if (directive == ".address_size") {
            if (takeNumber() != 64) refuse("64-bit addresses expected");
        } else if (directive == ".section") {
            while (!takeIf("}") && !next().empty()) take();
        } else if (directive == ".shared") {
            _module.dynamicShared.push_back(parseVariable());
            expect(";");
        } else if (directive == ".global" || directive == ".const") {
            _module.globals.push_back(parseVariable());
            expect(";");
        } else if (directive == ".entry" || directive == ".func") {
            parseFunction(directive == ".entry");
        } else if (directive != ".visible" && directive != ".extern" && directive != ".weak") {
            _position--;
            refuse("directive expected");
        }
    }

    // [.align n] .type name[bytes] [= initial], after .param, .shared, .local, .global or .const
    Variable parseVariable() {
        uint64_t align = 0;
        std::string type;
        while (next()[0] == '.') {
            std::string part = take();
            if (part == ".align") align = takeNumber();
            else if (part == ".v2" || part == ".v4") refuse("vector variable");
            else if (part != ".ptr" && part != ".global" && part != ".shared" && part != ".const" && part != ".local"
                && part != ".volatile") type = part;
        }
        int unit = typeBytes(type, line());
        Variable variable;
        variable.align = align ? align : unit;
        variable.name = take();
        variable.bytes = unit;
        while (takeIf("[")) {
            if (takeIf("]")) {
                variable.dynamic = true;
                variable.bytes = 0;
            } else {
                variable.bytes *= takeNumber();
                expect("]");
            }
        }
        if (takeIf("=")) parseInitial(variable, unit);
        return variable;
    }

    void parseInitial(Variable& variable, int unit) {
        auto append = [&](uint64_t number) {
            for (int k = 0; k < unit; k++) variable.initial.push_back((uint8_t)(number >> 8 * k));
        };
        if (takeIf("{")) {
            while (!takeIf("}")) {
                append(takeSignedNumber());
                takeIf(",");
            }
        } else {
            append(takeNumber());
        }
        if (variable.dynamic) variable.bytes = variable.initial.size();
        variable.dynamic = false;
    }

    std::vector<Variable> parseParameters() {
        std::vector<Variable> parameters;
        while (!takeIf(")")) {
            expect(".param");
            parameters.push_back(parseVariable());
            takeIf(",");
        }
        return parameters;
    }

    void parseFunction(bool entry) {
        Function function;
        function.entry = entry;
        if (takeIf("(")) function.results = parseParameters();
        function.name = take();
        if (takeIf("(")) function.parameters = parseParameters();
        for (auto& parameter : function.parameters) {
            uint64_t align = parameter.align;
            parameter.offset = (function.parameterBytes + align - 1) / align * align;
            function.parameterBytes = parameter.offset + parameter.bytes;
        }
        while (next()[0] == '.') parsePerformanceDirective(function);
        if (takeIf(";")) return; // a declaration; the definition follows
        expect("{");
        parseBody(function);
        _module.functions.push_back(std::move(function));
    }

    void parsePerformanceDirective(Function& function) {
        std::string directive = take();
        if (directive == ".noreturn") return;
        uint64_t number = takeNumber();
        while (takeIf(",")) number *= takeNumber(); // .maxntid x, y, z
        if (directive == ".maxntid") function.maxThreads = number;
        else if (directive == ".minnctapersm") function.minBlocks = number;
        else if (directive != ".reqntid" && directive != ".maxnreg") refuse("directive " + directive);
    }

    // ---- a function's body ----

    void parseBody(Function& function) {
        _scopes.assign(1, {});
        while (!_scopes.empty()) {
            if (next().empty()) refuse("'}' expected");
            if (takeIf("{")) _scopes.emplace_back();
            else if (takeIf("}")) _scopes.pop_back();
            else if (next(1) == ":") parseLabel(function);
            else if (next()[0] == '.') parseDeclaration(function);
            else function.code.push_back(parseInstruction());
        }
    }

    void parseLabel(Function& function) {
        std::string label = take();
        expect(":");
        if (!takeIf(".branchtargets")) {
            function.labels[label] = (int)function.code.size();
            return;
        }
        while (!takeIf(";")) {
            function.tables[label].push_back(take());
            takeIf(",");
        }
    }

    void parseDeclaration(Function& function) {
        if (next() == ".loc") {
            skipLine(); // has no semicolon
            return;
        }
        std::string directive = take();
        if (directive == ".reg") {
            parseRegisters(function);
        } else if (directive == ".shared") {
            function.shared.push_back(parseVariable());
        } else if (directive == ".local") {
            function.local.push_back(parseVariable());
        } else if (directive == ".param") {
            Variable variable = parseVariable();
            std::string unique = variable.name + "_" + std::to_string(function.callParameters.size());
            _scopes.back()[variable.name] = unique;
            variable.name = unique;
            function.callParameters.push_back(variable);
        } else if (directive == ".pragma") {
            take();
        } else {
            refuse("directive " + directive);
        }
        expect(";");
    }

    // .reg .type name, or name<n> for name0 to name(n-1)
    void parseRegisters(Function& function) {
        std::string type = take().substr(1);
        do {
            std::string name = take();
            if (takeIf("<")) {
                uint64_t count = takeNumber();
                expect(">");
                for (uint64_t k = 0; k < count; k++) function.registers[name + std::to_string(k)] = type;
            } else {
                function.registers[name] = type;
            }
        } while (takeIf(","));
    }

    Instruction parseInstruction() {
        Instruction instruction;
        instruction.line = line();
        if (takeIf("@")) {
            instruction.guardNegated = takeIf("!");
            instruction.guard = take();
        }
        instruction.parts = splitAtDots(take());
        while (!takeIf(";")) {
            Operand operand = parseOperand();
            if (takeIf("|")) {
                Operand both;
                both.kind = Operand::List;
                both.items = {operand, parseOperand()};
                operand = both;
            }
            useUniqueNames(operand);
            instruction.operands.push_back(operand);
            if (next() != ";") expect(",");
        }
        return instruction;
    }

    void useUniqueNames(Operand& operand) const {
        for (auto& item : operand.items) useUniqueNames(item);
        if (operand.kind == Operand::Register) return;
        for (auto scope = _scopes.rbegin(); scope != _scopes.rend(); ++scope) {
            auto found = scope->find(operand.name);
            if (found == scope->end()) continue;
            operand.name = found->second;
            return;
        }
    }

    Operand parseOperand() {
        if (takeIf("{")) return parseList("}");
        if (takeIf("(")) return parseList(")");
        if (takeIf("[")) return parseAddress();
        if (takeIf("!")) {
            Operand operand = parseOperand();
            operand.negated = true;
            return operand;
        }
        bool negative = takeIf("-");
        std::string text = take();
        if (text.empty()) refuse("operand expected");
        Operand operand;
        if (text[0] == '%') {
            operand.kind = Operand::Register;
            operand.name = text;
        } else if (!isdigit((unsigned char)text[0])) {
            operand.name = text;
        } else if (text.size() == 10 && text[0] == '0' && tolower(text[1]) == 'f') {
            operand.kind = Operand::Float;
            operand.bits = strtoull(text.c_str() + 2, nullptr, 16);
        } else if (text.size() == 18 && text[0] == '0' && tolower(text[1]) == 'd') {
            operand.kind = Operand::Double;
            operand.bits = strtoull(text.c_str() + 2, nullptr, 16);
        } else {
            operand.kind = Operand::Integer;
            operand.bits = strtoull(text.c_str(), nullptr, 0);
            if (negative) operand.bits = -operand.bits;
        }
        return operand;
    }

    Operand parseList(const char* end) {
        Operand list;
        list.kind = Operand::List;
        while (!takeIf(end)) {
            list.items.push_back(parseOperand());
            takeIf(",");
        }
        return list;
    }

    // [base], [base+n], [base+-n], [base-n] or [n]
    Operand parseAddress() {
        Operand address;
        address.kind = Operand::Memory;
        address.registerBase = next()[0] == '%';
        if (isdigit((unsigned char)next()[0])) address.bits = takeNumber();
        else address.name = take();
        takeIf("+");
        if (next() != "]") address.offset = (int64_t)takeSignedNumber();
        expect("]");
        return address;
    }
};

}

Module parsePtx(const std::string& text) {
    return Parser(text).parse();
}
