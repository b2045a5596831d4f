// PTX's arithmetic on one lane; it follows Interface.h in every generated file.

#define LANES for (int i = 0; i < 32; i++)
#define INLINE static inline __attribute__((always_inline))

static const Library* library;

extern "C" void setLibrary(const Library* given) {
    library = given;
}

// Lanes to go on with when those that run now have met again at block `join`: they start at block `next`.
struct Pending {
    s32 next;
    s32 join;
    u32 mask;
};

INLINE u32 maskOf(const s32* predicates) {
    u32 mask = 0;
    LANES mask |= predicates[i] ? 1u << i : 0;
    return mask;
}

INLINE void spread(u32 mask, s32* active) {
    LANES active[i] = -(s32)(mask >> i & 1);
}

// The same bits as another type.
template <class To, class From> INLINE To as(From value) {
    static_assert(sizeof(To) == sizeof(From), "width");
    return __builtin_bit_cast(To, value);
}

// ---- whole numbers ----

template <class T> INLINE T shl(T a, u32 by) {
    return by >= sizeof(T) * 8 ? T(0) : T(a << by);
}

template <class T> INLINE T shr(T a, u32 by) {
    T filled = a < T(0) ? T(-1) : T(0);
    return by >= sizeof(T) * 8 ? filled : T(a >> by);
}

template <class T> constexpr bool isSigned = T(-1) < T(0);

template <class T> INLINE T quotient(T a, T b) {
    if (b == 0) return T(-1);
    if (isSigned<T> && b == T(-1)) return T(T(0) - a); // the least number over -1 would trap
    return T(a / b);
}

template <class T> INLINE T remainder(T a, T b) {
    if (b == 0) return a;
    if (isSigned<T> && b == T(-1)) return T(0);
    return T(a % b);
}

INLINE u32 mulHigh(u32 a, u32 b) { return (u64)a * b >> 32; }
INLINE s32 mulHigh(s32 a, s32 b) { return (s64)a * b >> 32; }
INLINE u64 mulHigh(u64 a, u64 b) { return (unsigned __int128)a * b >> 64; }
INLINE s64 mulHigh(s64 a, s64 b) { return (__int128)a * b >> 64; }

INLINE s16 absolute(s16 a) { return a < 0 ? (s16)-a : a; }
INLINE s32 absolute(s32 a) { return a < 0 ? (s32)(0u - (u32)a) : a; }
INLINE s64 absolute(s64 a) { return a < 0 ? (s64)(0ull - (u64)a) : a; }

template <class T> INLINE T smaller(T a, T b) { return a < b ? a : b; }
template <class T> INLINE T larger(T a, T b) { return a > b ? a : b; }

INLINE u32 reverseBits(u32 x) {
    u32 reversed = 0;
    for (int k = 0; k < 32; k++) reversed |= (x >> k & 1) << (31 - k);
    return reversed;
}

INLINE u64 reverseBits(u64 x) {
    return (u64)reverseBits((u32)x) << 32 | reverseBits((u32)(x >> 32));
}

// ---- floating point ----

INLINE f32 absolute(f32 a) { return __builtin_fabsf(a); }
INLINE f64 absolute(f64 a) { return __builtin_fabs(a); }
INLINE f32 squareRoot(f32 a) { return __builtin_sqrtf(a); }
INLINE f64 squareRoot(f64 a) { return __builtin_sqrt(a); }
INLINE f32 fusedMultiplyAdd(f32 a, f32 b, f32 c) { return __builtin_fmaf(a, b, c); }
INLINE f64 fusedMultiplyAdd(f64 a, f64 b, f64 c) { return __builtin_fma(a, b, c); }
INLINE f32 copySign(f32 magnitude, f32 sign) { return __builtin_copysignf(magnitude, sign); }
INLINE f64 copySign(f64 magnitude, f64 sign) { return __builtin_copysign(magnitude, sign); }

// Unsigned whole numbers that hold a float's bits.
template <class T> struct Bits;
template <> struct Bits<f32> { typedef u32 Type; };
template <> struct Bits<f64> { typedef u64 Type; };

// A number wins over NaN, and -0 is less than +0, which compare as equal.
template <class T> INLINE T floatMin(T a, T b) {
    typedef typename Bits<T>::Type B;
    T least = b < a ? b : a;
    least = a != a ? b : least;
    return a == 0 && b == 0 ? as<T>(as<B>(a) | as<B>(b)) : least;
}

template <class T> INLINE T floatMax(T a, T b) {
    typedef typename Bits<T>::Type B;
    T most = b > a ? b : a;
    most = a != a ? b : most;
    return a == 0 && b == 0 ? as<T>(as<B>(a) & as<B>(b)) : most;
}

// .ftz: subnormal numbers are zeros of the same sign.
INLINE f32 flush(f32 a) {
    return __builtin_fabsf(a) < 0x1p-126f ? as<f32>(as<u32>(a) & 0x80000000u) : a;
}

// .sat: between 0 and 1, NaN is 0.
template <class T> INLINE T saturate(T a) {
    return a != a ? T(0) : a < 0 ? T(0) : a > 1 ? T(1) : a;
}

INLINE f32 roundNearest(f32 x) { return __builtin_nearbyintf(x); }
INLINE f64 roundNearest(f64 x) { return __builtin_nearbyint(x); }
INLINE f32 roundZero(f32 x) { return __builtin_truncf(x); }
INLINE f64 roundZero(f64 x) { return __builtin_trunc(x); }
INLINE f32 roundDown(f32 x) { return __builtin_floorf(x); }
INLINE f64 roundDown(f64 x) { return __builtin_floor(x); }
INLINE f32 roundUp(f32 x) { return __builtin_ceilf(x); }
INLINE f64 roundUp(f64 x) { return __builtin_ceil(x); }

// A float that is a whole number to an integer; what does not fit becomes the nearest that does, NaN 0.
template <class To, class From> INLINE To toInteger(From x) {
    constexpr int bits = sizeof(To) * 8 - isSigned<To>; // of the magnitude
    constexpr To most = isSigned<To> ? (To)((u64)-1 >> (65 - sizeof(To) * 8)) : (To)-1;
    constexpr To least = isSigned<To> ? (To)(-most - 1) : (To)0;
    constexpr From end = bits == 64 ? (From)0x1p64 : (From)(1ull << (bits & 63));
    constexpr From begin = isSigned<To> ? -end : (From)0;
    return x != x ? To(0) : x >= end ? most : x <= begin ? least : (To)x;
}

// ---- half precision, by whole numbers: rounded to nearest even, subnormals kept ----

INLINE f32 halfToFloat(u16 half) {
    u32 sign = (u32)(half & 0x8000) << 16;
    u32 exponent = half >> 10 & 31;
    u32 mantissa = half & 0x3ff;
    u32 normal = sign | (exponent + 112) << 23 | mantissa << 13;
    u32 special = sign | 0x7f800000u | mantissa << 13; // infinity and NaN
    u32 subnormal = as<u32>((f32)(s32)mantissa * 0x1p-24f) | sign;
    return as<f32>(exponent == 31 ? special : exponent == 0 ? subnormal : normal);
}

INLINE u16 floatToHalf(f32 value) {
    u32 bits = as<u32>(value);
    u32 sign = bits >> 16 & 0x8000;
    u32 magnitude = bits & 0x7fffffff;
    u32 rounded = magnitude + 0xfffu + (magnitude >> 13 & 1); // still in float's layout
    u32 normal = (rounded - (112u << 23)) >> 13;
    u32 subnormal = as<u32>(as<f32>(magnitude) + 0.5f) - as<u32>(0.5f); // the addition rounds to units of 2^-24
    u32 half = magnitude > 0x7f800000u ? 0x7fffu   // NaN
        : magnitude >= 0x477ff000u ? 0x7c00u       // beyond 65504 rounded: infinity
        : magnitude < 0x38800000u ? subnormal      // below 2^-14
        : normal;
    return (u16)(sign | half);
}

// By way of float, rounded to odd there, so that rounding twice is as rounding once.
INLINE u16 doubleToHalf(f64 value) {
    f32 nearest = (f32)value;
    u32 bits = as<u32>(nearest);
    bool inexact = (f64)nearest != value && value == value;
    if (inexact && !(bits & 1))
        bits = __builtin_fabs((f64)nearest) < __builtin_fabs(value) ? bits | 1 : bits - 1;
    return floatToHalf(as<f32>(bits));
}
