// PTX's types by name, and the C++ types that hold them.
#include "Types.h"
#include <cctype>
#include <cstring>

using std::string;

bool isType(const string& type) {
    if (type == "pred") return true;
    return type.size() >= 2 && strchr("busf", type[0]) && isdigit((unsigned char)type[1])
        && type.find_first_not_of("0123456789", 1) == string::npos;
}

bool isFloat(const string& type) {
    return type[0] == 'f';
}

bool isNativeFloat(const string& type) {
    return type == "f32" || type == "f64";
}

int bitWidth(const string& type) {
    return type == "pred" ? 32 : std::stoi(type.substr(1));
}

string valueType(const string& type) {
    if (type == "pred") return "s32";
    return type == "f16" || type[0] == 'b' ? unsignedType(type) : type;
}

string unsignedType(const string& type) {
    return "u" + std::to_string(bitWidth(type));
}
