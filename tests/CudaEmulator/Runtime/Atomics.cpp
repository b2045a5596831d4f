// Atomic operations, lane after lane, by the host's compare and exchange: blocks run on several threads.
#include "AccessCheck.h"
#include "Library.h"
#include "RaceCheck.h"
#include "Settings.h"
#include <cstring>
#include <type_traits>

namespace {

template <class T> T combine(u32 operation, T old, T b, T c) {
    switch (operation) {
        case ATOMIC_ADD: return old + b;
        case ATOMIC_MIN: return b < old ? b : old;
        case ATOMIC_MAX: return b > old ? b : old;
        case ATOMIC_EXCHANGE: return b;
        case ATOMIC_COMPARE_AND_SWAP: return old == b ? c : old;
        case ATOMIC_INCREMENT: return old >= b ? T(0) : T(old + 1);
        case ATOMIC_DECREMENT: return old == T(0) || old > b ? b : T(old - 1);
    }
    if constexpr (std::is_integral_v<T>) {
        switch (operation) {
            case ATOMIC_AND: return old & b;
            case ATOMIC_OR: return old | b;
            case ATOMIC_XOR: return old ^ b;
        }
    }
    return old;
}

// T: what is computed with; Bits: an unsigned type as wide, which the host exchanges.
template <class T, class Bits>
void eachLane(u32 mask, const u64* addresses, u32 operation, void* old, const void* b, const void* c) {
    auto operand = [](const void* values, int lane) {
        T value{};
        if (values) memcpy(&value, (const Bits*)values + lane, sizeof value);
        return value;
    };
    for (u32 left = mask; left; left &= left - 1) {
        int lane = firstLane(left);
        Bits* place = (Bits*)addresses[lane];
        Bits before = __atomic_load_n(place, __ATOMIC_RELAXED), after;
        do {
            T value = combine<T>(operation, operand(&before, 0), operand(b, lane), operand(c, lane));
            memcpy(&after, &value, sizeof after);
        } while (!__atomic_compare_exchange_n(place, &before, after, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
        if (old) ((Bits*)old)[lane] = before;
    }
}

}

void atomic(Warp* warp, u32 mask, const u64* bases, s64 offset, u32 space, u32 operation, u32 type, u32 line, void* old,
            const void* b, const void* c) {
    if (!mask) return;
    alignas(64) u64 addresses[32];
    LANES addresses[i] = bases[i] + offset;
    u32 bytes = type == ATOMIC_U64 || type == ATOMIC_S64 || type == ATOMIC_F64 ? 8 : 4;
    checkAccess(warp, mask, addresses, bytes, (Space)space, line, true);
    if (settings.checksSharedRaces) noteAtomics(warp, mask, addresses, bytes);
    switch (type) {
        case ATOMIC_U32: eachLane<u32, u32>(mask, addresses, operation, old, b, c); break;
        case ATOMIC_S32: eachLane<s32, u32>(mask, addresses, operation, old, b, c); break;
        case ATOMIC_U64: eachLane<u64, u64>(mask, addresses, operation, old, b, c); break;
        case ATOMIC_S64: eachLane<s64, u64>(mask, addresses, operation, old, b, c); break;
        case ATOMIC_F32: eachLane<f32, u32>(mask, addresses, operation, old, b, c); break;
        case ATOMIC_F64: eachLane<f64, u64>(mask, addresses, operation, old, b, c); break;
    }
}
