// Loads and stores: the checks, then the values between memory and registers, by a function for each kind of access.
#include "AccessCheck.h"
#include "Counters.h"
#include "Library.h"
#include "RaceCheck.h"
#include "Settings.h"
#include <array>
#include <cstring>
#include <immintrin.h>

namespace {

constexpr u32 allLanes = ~0u;

// A value from memory in a register that may be wider.
template <class Element, class Register> Register widen(Element value, bool isSigned) {
    if (!isSigned || sizeof(Register) == sizeof(Element)) return (Register)value;
    return (Register)(std::make_signed_t<Register>)(std::make_signed_t<Element>)value;
}

template <class Function> void forEachLane(u32 mask, Function function) {
    if (mask == allLanes) {
        LANES function(i); // without a branch, so that gcc vectorizes it
        return;
    }
    for (u32 left = mask; left; left &= left - 1) function(firstLane(left));
}

// ---- four floats per lane, the shape of every tiled product: 4 × 4 blocks are transposed in vector registers ----

void loadQuads(const u64* addresses, void* const* registers) {
    for (int i = 0; i < 32; i += 4) {
        __m128 a = _mm_loadu_ps((const float*)addresses[i]);
        __m128 b = _mm_loadu_ps((const float*)addresses[i + 1]);
        __m128 c = _mm_loadu_ps((const float*)addresses[i + 2]);
        __m128 d = _mm_loadu_ps((const float*)addresses[i + 3]);
        _MM_TRANSPOSE4_PS(a, b, c, d);
        _mm_store_ps((float*)registers[0] + i, a);
        _mm_store_ps((float*)registers[1] + i, b);
        _mm_store_ps((float*)registers[2] + i, c);
        _mm_store_ps((float*)registers[3] + i, d);
    }
}

void storeQuads(const u64* addresses, void* const* registers) {
    for (int i = 0; i < 32; i += 4) {
        __m128 a = _mm_load_ps((const float*)registers[0] + i);
        __m128 b = _mm_load_ps((const float*)registers[1] + i);
        __m128 c = _mm_load_ps((const float*)registers[2] + i);
        __m128 d = _mm_load_ps((const float*)registers[3] + i);
        _MM_TRANSPOSE4_PS(a, b, c, d);
        _mm_storeu_ps((float*)addresses[i], a);
        _mm_storeu_ps((float*)addresses[i + 1], b);
        _mm_storeu_ps((float*)addresses[i + 2], c);
        _mm_storeu_ps((float*)addresses[i + 3], d);
    }
}

// ---- every kind of access ----

using Mover = void (*)(u32 mask, const u64* addresses, bool isSigned, void* const* registers);

template <class Element, class Register, int Count>
void loadLanes(u32 mask, const u64* addresses, bool isSigned, void* const* registers) {
    if (Count == 4 && sizeof(Element) == 4 && sizeof(Register) == 4 && mask == allLanes) {
        loadQuads(addresses, registers);
        return;
    }
    if (Count == 1 && sizeof(Element) == sizeof(Register) && mask == allLanes) {
        u64 scattered = 0;
        LANES scattered |= addresses[i] ^ (addresses[0] + i * sizeof(Element));
        if (!scattered) {
            memcpy(registers[0], (const void*)addresses[0], 32 * sizeof(Element));
            return;
        }
    }
    forEachLane(mask, [&](int i) {
        for (int k = 0; k < Count; k++)
            ((Register*)registers[k])[i] = widen<Element, Register>(((const Element*)addresses[i])[k], isSigned);
    });
}

template <class Element, class Register, int Count>
void storeLanes(u32 mask, const u64* addresses, bool, void* const* registers) {
    if (Count == 4 && sizeof(Element) == 4 && sizeof(Register) == 4 && mask == allLanes) {
        storeQuads(addresses, registers);
        return;
    }
    forEachLane(mask, [&](int i) {
        for (int k = 0; k < Count; k++) ((Element*)addresses[i])[k] = (Element)((const Register*)registers[k])[i];
    });
}

template <class Element, class Register> Mover moverOf(bool store, u32 elements) {
    switch (elements) {
        case 1: return store ? storeLanes<Element, Register, 1> : loadLanes<Element, Register, 1>;
        case 2: return store ? storeLanes<Element, Register, 2> : loadLanes<Element, Register, 2>;
        default: return store ? storeLanes<Element, Register, 4> : loadLanes<Element, Register, 4>;
    }
}

template <class Element> Mover moverOf(bool store, const Access& access) {
    switch (access.registerBytes) {
        case 2: return moverOf<Element, u16>(store, access.elements);
        case 4: return moverOf<Element, u32>(store, access.elements);
        case 8: return moverOf<Element, u64>(store, access.elements);
        default: return moverOf<Element, u8>(store, access.elements);
    }
}

using Movers = std::array<Mover, accessKinds>;

Movers moversFor(bool store) {
    Movers movers;
    for (u32 kind = 0; kind < accessKinds; kind++) {
        Access access = decode(kind);
        switch (access.elementBytes) {
            case 1: movers[kind] = moverOf<u8>(store, access); break;
            case 2: movers[kind] = moverOf<u16>(store, access); break;
            case 4: movers[kind] = moverOf<u32>(store, access); break;
            default: movers[kind] = moverOf<u64>(store, access); break;
        }
    }
    return movers;
}

const Movers loaders = moversFor(false), storers = moversFor(true);

// ---- what comes before ----

void checkRaces(Warp* warp, u32 mask, const u64* addresses, const Access& access, u32 line,
                const StoredValues* stored) {
    if (settings.checksSharedRaces && (access.space == SHARED || access.space == GENERIC))
        checkSharedRaces(warp, mask, addresses, access.bytes(), line, stored);
    if (settings.checksGlobalRaces && (access.space == GLOBAL || access.space == GENERIC))
        checkGlobalRaces(warp, mask, addresses, access.bytes(), line, stored);
}

void check(Warp* warp, u32 mask, const u64* addresses, const Access& access, u32 line, bool store) {
    checkAccess(warp, mask, addresses, access.bytes(), access.space, line, store);
    if (settings.counts()) countAccess(warp, mask, addresses, access.bytes(), access.space);
}

// Lane by lane, so that lanes of one instruction that write one place are seen.
void storeWatched(Warp* warp, u32 mask, const u64* addresses, u32 code, u32 line, void* const* registers) {
    Access access = decode(code);
    StoredValues stored;
    for (u32 left = mask; left; left &= left - 1) {
        int lane = firstLane(left);
        for (u32 k = 0; k < access.elements; k++)
            memcpy(stored.bytes[lane] + k * access.elementBytes,
                   (const u8*)registers[k] + lane * access.registerBytes, access.elementBytes);
        checkRaces(warp, 1u << lane, addresses, access, line, &stored);
        storers[kindOf(code)](1u << lane, addresses, false, registers);
    }
}

}

void load(Warp* warp, u32 mask, const u64* bases, s64 offset, u32 code, u32 line, void* const* to) {
    if (!mask) return;
    Access access = decode(code);
    alignas(64) u64 addresses[32];
    LANES addresses[i] = bases[i] + offset;
    check(warp, mask, addresses, access, line, false);
    if (settings.checksRaces()) checkRaces(warp, mask, addresses, access, line, nullptr);
    loaders[kindOf(code)](mask, addresses, access.isSigned, to);
}

void store(Warp* warp, u32 mask, const u64* bases, s64 offset, u32 code, u32 line, const void* const* from) {
    if (!mask) return;
    alignas(64) u64 addresses[32];
    LANES addresses[i] = bases[i] + offset;
    check(warp, mask, addresses, decode(code), line, true);
    void* const* registers = (void* const*)from; // one type for both directions; storers only read
    if (settings.checksRaces()) storeWatched(warp, mask, addresses, code, line, registers);
    else storers[kindOf(code)](mask, addresses, false, registers);
}
