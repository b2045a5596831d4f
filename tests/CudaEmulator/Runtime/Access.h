// How a load or store is described to the library: one number, which the translator encodes and the library decodes.
#pragma once
#include "../Generated/Interface.h"

struct Access {
    u32 elementBytes;  // 1, 2, 4, 8: in memory
    u32 registerBytes; // of each register, at least as wide
    bool isSigned;     // a load widens by sign
    u32 elements;      // 1, 2, 4
    Space space;

    u32 bytes() const { return elementBytes * elements; }
};

// Everything but the space, for tables by kind of access.
constexpr u32 accessKinds = 128;

inline u32 kindOf(u32 code) {
    return code % accessKinds;
}

inline u32 encode(const Access& access) {
    auto log2 = [](u32 value) { return (u32)__builtin_ctz(value); };
    return log2(access.elementBytes) | log2(access.registerBytes) << 2 | (u32)access.isSigned << 4
        | log2(access.elements) << 5 | (u32)access.space * accessKinds;
}

inline Access decode(u32 code) {
    return {1u << (code & 3), 1u << (code >> 2 & 3), (code >> 4 & 1) != 0, 1u << (code >> 5 & 3),
            (Space)(code / accessKinds)};
}
