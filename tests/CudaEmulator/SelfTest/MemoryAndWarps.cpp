// Shared and local memory, barriers with reductions, shuffles and votes, atomics.
#include "Harness.h"
#include <cstring>

using std::string;
using std::vector;

namespace {

const vector<u32> words = [] {
    vector<u32> values(256);
    for (u32 i = 0; i < values.size(); i++) values[i] = i * 37 % 101;
    return values;
}();

void sharedMemory() {
    auto out = run(loadWord + R"(
.shared .align 4 .b8 s[1024];
mov.b64 %d6, s;
mul.wide.u32 %d7, %r1, 4;
add.u64 %d8, %d6, %d7;
st.shared.b32 [%d8], %r3;
bar.sync 0;
xor.b32 %r5, %r1, 255;
mul.wide.u32 %d7, %r5, 4;
add.u64 %d8, %d6, %d7;
ld.shared.b32 %r4, [%d8];
)" + storeWord, words, 256);
    expectWords("shared memory and a barrier", out, [&](u32 i) { return words[i ^ 255]; });
}

void dynamicSharedMemory() {
    const u32 threads = 64, bytes = 256;
    auto out = run(loadWord + R"(
mov.b64 %d6, dynamic;
mul.wide.u32 %d7, %r1, 4;
add.u64 %d8, %d6, %d7;
st.shared.b32 [%d8], %r3;
bar.sync 0;
ld.shared.b32 %r4, [%d6];
mov.b32 %r5, %dynamic_smem_size;
add.s32 %r4, %r4, %r5;
)" + storeWord, words, threads, ".extern .shared .align 16 .b8 dynamic[];\n", bytes);
    expectWords("dynamic shared memory", out, [&](u32 i) { return words[i / threads * threads] + bytes; });
}

void localMemory() {
    auto out = run(loadWord + R"(
.local .align 16 .b8 buffer[64];
mov.b64 %d6, buffer;
and.b32 %r5, %r2, 15;
mul.wide.u32 %d7, %r5, 4;
add.u64 %d8, %d6, %d7;
st.local.b32 [%d8], %r3;
ld.local.b32 %r4, [%d8];
st.local.v4.b32 [%d6+16], {%r3, %r3, 5, %r3};
ld.local.v2.b32 {%r6, %r7}, [%d6+24];
add.s32 %r4, %r4, %r6;
)" + storeWord, words, 64);
    expectWords("local memory", out, [&](u32 i) { return words[i] + 5; });
}

void reductions() {
    const u32 threads = 64;
    auto out = run(loadWord + R"(
setp.gt.u32 %p1, %r3, 50;
bar.red.popc.u32 %r4, 0, %p1;
bar.red.and.pred %p2, 0, %p1;
bar.red.or.pred %p3, 0, %p1;
@%p2 add.s32 %r4, %r4, 1000;
@%p3 add.s32 %r4, %r4, 2000;
)" + storeWord, words, threads);
    expectWords("bar.red", out, [&](u32 i) {
        u32 count = 0;
        for (u32 k = 0; k < threads; k++) count += words[i / threads * threads + k] > 50;
        return count + (count == threads ? 1000 : 0) + (count ? 2000 : 0);
    });
}

void shuffles() {
    auto out = run(loadWord + R"(
shfl.sync.down.b32 %r4, %r3, 3, 31, 4294967295;
shfl.sync.bfly.b32 %r5, %r3, 5, 31, 4294967295;
mad.lo.s32 %r4, %r4, 1000, %r5;
shfl.sync.up.b32 %r5|%p1, %r3, 1, 0, 4294967295;
@!%p1 add.s32 %r4, %r4, 500000;
vote.sync.any.pred %p2, %p1, 4294967295;
@%p2 add.s32 %r4, %r4, 1000000;
)" + storeWord, words, 64);
    expectWords("shuffles and votes", out, [&](u32 i) {
        u32 lane = i % 32, first = i - lane;
        u32 down = words[lane + 3 < 32 ? i + 3 : i], butterfly = words[first + (lane ^ 5)];
        return down * 1000 + butterfly + (lane == 0 ? 500000 : 0) + 1000000;
    });
}

void atomics() {
    const u32 blocks = 50, threads = 100, places = 4;
    Buffer in(4096), out(vector<u32>(16, 0));
    void* kernel = makeKernel(R"(
and.b32 %r5, %r2, 3;
mul.wide.u32 %d6, %r5, 4;
add.u64 %d7, %d2, %d6;
red.global.add.u32 [%d7], 1;
cvt.rn.f32.u32 %f1, %r5;
atom.global.add.f32 %f2, [%d7+16], %f1;
atom.global.max.s32 %r6, [%d7+32], %r2;
atom.global.cas.b32 %r7, [%d7+48], 0, 9;
)");
    expect(launch(kernel, {blocks, threads}, in.address(), out.address()) == 0, "launch of atomics");
    auto result = out.read();
    u32 each = blocks * threads / places;
    expectWords("atomics", result, [&](u32 i) {
        u32 place = i % places;
        float sum = (float)each * (float)place;
        u32 sumBits;
        memcpy(&sumBits, &sum, 4);
        const u32 wanted[] = {each, sumBits, blocks * threads - places + place, 9};
        return wanted[i / places];
    });
}

}

void testMemoryAndWarps() {
    sharedMemory();
    dynamicSharedMemory();
    localMemory();
    reductions();
    shuffles();
    atomics();
}
