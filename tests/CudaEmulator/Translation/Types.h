// PTX's types by name (without the dot), and the C++ types that hold them.
#pragma once
#include <cstdint>
#include <string>

bool isType(const std::string& type);
bool isFloat(const std::string& type); // f16, f32 or f64
// f32 or f64: C++ has these, while halves are kept as their bits.
bool isNativeFloat(const std::string& type);
int bitWidth(const std::string& type);
inline int byteWidth(const std::string& type) {
    return bitWidth(type) / 8;
}
std::string valueType(const std::string& type);    // s32 for predicates, u16 for halves, unsigned for .b types
std::string unsignedType(const std::string& type); // of the same width

inline uint64_t roundUp(uint64_t value, uint64_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}
