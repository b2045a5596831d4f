// Each instruction on floats and integers at the edges and at random, against the host's arithmetic.
#include "Harness.h"
#include <cmath>
#include <cstring>
#include <immintrin.h>

using std::string;

namespace {

u32 bitsOf(float value) {
    u32 bits;
    memcpy(&bits, &value, 4);
    return bits;
}

float floatOf(u32 bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

std::vector<u32> samples() {
    std::vector<u32> words = {
        0, 0x80000000, 1, 0x80000001, 0x00800000, 0x007fffff, 0x7fffffff, 0xffffffff, 0x12345678,
        0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, // 1, -1, infinities, NaN
        0x3f000000, 0xbf000000, 0x3fc00000, 0x40200000,             // halves
        0x4f000000, 0xcf000000, 0x4effffff, 0x5f000000,             // 2^31 and 2^63
        0x477fe000, 0x477ff000, 0x477fefff,                         // the largest half, and what rounds to it
        0x38800000, 0x387fffff, 0x38801000, 0x38803000,             // the smallest normal one
        0x33000000, 0x33000001, 0x32ffffff};                        // half of the smallest subnormal one
    u32 random = 1;
    while (words.size() < 512) {
        random = random * 1664525 + 1013904223;
        u32 word = random ^ random >> 13;
        bool moderate = words.size() % 3 == 0; // exponents from -27 to 22
        words.push_back(moderate ? (word & 0x807fffff) | (100 + word % 50) << 23 : word);
    }
    return words;
}

enum Nan { AnyNan, ExactNan }; // whether one NaN is as good as another

// `code` makes %r4 of %r3, or %f4 of %f3.
void test(const string& code, const std::function<u32(u32)>& wanted, Nan nan) {
    auto in = samples();
    auto out = run(loadWord + code + "\n" + storeWord, in, 128);
    expectWords(code, out, [&](u32 i) {
        u32 word = wanted(in[i]);
        bool bothNan = std::isnan(floatOf(out[i])) && std::isnan(floatOf(word));
        return nan == AnyNan && bothNan ? out[i] : word;
    });
}

void integers(const string& code, const std::function<u32(u32)>& wanted) {
    test(code, wanted, ExactNan);
}

void floats(const string& code, const std::function<float(float)>& wanted, Nan nan = AnyNan) {
    test(code + " mov.b32 %r4, %f4;", [&](u32 x) { return bitsOf(wanted(floatOf(x))); }, nan);
}

u32 toInteger(double x) {
    if (std::isnan(x)) return 0;
    return x >= 2147483647.0 ? 0x7fffffff : x <= -2147483648.0 ? 0x80000000 : (u32)(s32)x;
}

u32 toHalf(u32 x) {
    return std::isnan(floatOf(x)) ? (x >> 16 & 0x8000) | 0x7fff : (u32)(uint16_t)_cvtss_sh(floatOf(x), 0);
}

u32 toByte(float x) {
    return std::isnan(x) || x <= 0 ? 0 : x >= 255 ? 255 : (u32)x;
}

u32 reversed(u32 x) {
    u32 result = 0;
    for (int k = 0; k < 32; k++) result |= (x >> k & 1) << (31 - k);
    return result;
}

void conversions() {
    integers("cvt.rzi.s32.f32 %r4, %f3;", [](u32 x) { return toInteger(std::trunc((double)floatOf(x))); });
    integers("cvt.rni.s32.f32 %r4, %f3;", [](u32 x) { return toInteger(std::nearbyint((double)floatOf(x))); });
    integers("cvt.rzi.u8.f32 %r4, %f3;", [](u32 x) { return toByte(floatOf(x)); });
    floats("cvt.rmi.f32.f32 %f4, %f3;", [](float x) { return std::floor(x); });
    floats("cvt.rpi.f32.f32 %f4, %f3;", [](float x) { return std::ceil(x); });
    integers("cvt.rn.f16.f32 %h1, %f3; cvt.u32.u16 %r4, %h1;", toHalf);
    test("and.b32 %r4, %r3, 65535; cvt.u16.u32 %h1, %r4; cvt.f32.f16 %f4, %h1; mov.b32 %r4, %f4;",
         [](u32 x) { return bitsOf(_cvtsh_ss((unsigned short)x)); }, AnyNan);
    integers("cvt.rn.f32.s32 %f4, %r3; mov.b32 %r4, %f4;", [](u32 x) { return bitsOf((float)(s32)x); });
    integers("cvt.rn.f32.u32 %f4, %r3; mov.b32 %r4, %f4;", [](u32 x) { return bitsOf((float)x); });
    integers("cvt.s64.s32 %d6, %r3; cvt.u32.u64 %r4, %d6; shr.s64 %d6, %d6, 40; cvt.u32.u64 %r5, %d6; "
             "xor.b32 %r4, %r4, %r5;",
             [](u32 x) { return x ^ (u32)((int64_t)(s32)x >> 40); });
    integers("mov.b64 %d6, {%r3, 5}; mov.b64 {%r5, %r6}, %d6; add.s32 %r4, %r5, %r6;", [](u32 x) { return x + 5; });
}

void floatingPoint() {
    floats("sqrt.rn.f32 %f4, %f3;", [](float x) { return std::sqrt(x); });
    floats("div.rn.f32 %f4, 0f3F800000, %f3;", [](float x) { return 1 / x; });
    floats("fma.rn.f32 %f4, %f3, %f3, 0fBF800000;", [](float x) { return std::fma(x, x, -1.0f); });
    floats("ex2.approx.f32 %f4, %f3;", [](float x) { return exp2f(x); });
    floats("copysign.f32 %f4, %f3, 0f40000000;", [](float x) { return std::copysign(2.0f, x); }, ExactNan);
    test("add.ftz.f32 %f4, %f3, 0f00000000; mov.b32 %r4, %f4;",
         [](u32 x) { return x & 0x7f800000 ? bitsOf(floatOf(x) + 0.0f) : 0; }, AnyNan);
    test("abs.f32 %f4, %f3; neg.f32 %f4, %f4; mov.b32 %r4, %f4;", [](u32 x) { return x | 0x80000000; }, AnyNan);
    // Against -0, which is less than +0; a number wins over NaN.
    floats("min.f32 %f4, %f3, 0f80000000;", [](float x) { return x < 0 ? x : -0.0f; }, ExactNan);
    floats("max.f32 %f4, %f3, 0f80000000;", [](float x) { return x > 0 || bitsOf(x) == 0 ? x : -0.0f; }, ExactNan);
    integers("setp.ltu.f32 %p1, %f3, 0f3F800000; selp.b32 %r4, 1, 0, %p1; "
             "setp.ne.f32 %p2, %f3, %f3; @%p2 add.s32 %r4, %r4, 8; "
             "setp.neu.f32 %p2, %f3, %f3; @!%p2 add.s32 %r4, %r4, 2; "
             "testp.infinite.f32 %p3, %f3; @%p3 add.s32 %r4, %r4, 4;",
             [](u32 bits) {
                 float x = floatOf(bits);
                 return (u32)!(x >= 1) + (std::isnan(x) ? 0 : 2) + (std::isinf(x) ? 4 : 0);
             });
}

void wholeNumbers() {
    integers("shl.b32 %r4, %r3, 33;", [](u32) { return 0; });
    integers("and.b32 %r5, %r3, 63; shr.s32 %r4, %r3, %r5;",
             [](u32 x) { return (u32)((s32)x >> std::min(31u, x & 63)); });
    integers("mul.hi.u32 %r4, %r3, %r3;", [](u32 x) { return (u32)((u64)x * x >> 32); });
    integers("mul.hi.s32 %r4, %r3, -7;", [](u32 x) { return (u32)((int64_t)(s32)x * -7 >> 32); });
    integers("mad.lo.s32 %r4, %r3, 4294967293, %r3;", [](u32 x) { return x * (u32)-3 + x; });
    integers("mul.wide.u32 %d6, %r3, 12; shr.u64 %d6, %d6, 20; cvt.u32.u64 %r4, %d6;",
             [](u32 x) { return (u32)((u64)x * 12 >> 20); });
    integers("div.s32 %r4, %r3, 7; rem.s32 %r5, %r3, 7; mad.lo.s32 %r4, %r4, 1000, %r5;",
             [](u32 x) { return (u32)((s32)x / 7) * 1000 + (u32)((s32)x % 7); });
    integers("div.u32 %r4, %r3, 7; rem.u32 %r5, %r3, 7; mad.lo.u32 %r4, %r4, 1000, %r5;",
             [](u32 x) { return x / 7 * 1000 + x % 7; });
    integers("popc.b32 %r4, %r3; clz.b32 %r5, %r3; mad.lo.s32 %r4, %r4, 100, %r5; brev.b32 %r5, %r3; "
             "xor.b32 %r4, %r4, %r5;",
             [](u32 x) { return (__builtin_popcount(x) * 100 + (x ? __builtin_clz(x) : 32)) ^ reversed(x); });
}

}

void testArithmetic() {
    conversions();
    floatingPoint();
    wholeNumbers();
}
