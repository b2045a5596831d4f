// Each check: a kernel with the fault that it finds, and beside it one that is like it without the fault.
#include "Harness.h"

using std::string;
using std::vector;

namespace {

enum { NoFault = 0, InvalidValue = 1, IllegalAddress = 700, Misaligned = 716, LaunchFailed = 719 };

// What is found only where CUDAEMU_CHECK asks for it.
int race() {
    return checksRaces() ? LaunchFailed : NoFault;
}

void faults(const string& what, int wanted, const string& body, Shape shape = {1, 64}) {
    int code = 0;
    run(body, vector<u32>(shape.blocks * shape.threads, 7), shape.threads, "", 0, &code);
    expect(code == wanted, what + ": code " + std::to_string(code) + ", not " + std::to_string(wanted));
}

void addresses() {
    faults("no fault", NoFault, loadWord + "mov.b32 %r4, %r3;\n" + storeWord);
    faults("a store past the end", IllegalAddress, "st.global.b32 [%d5+4], %r1;");
    faults("a load before the beginning", IllegalAddress, "ld.global.b32 %r4, [%d4+-256];");
    faults("a negative index, widened without its sign", IllegalAddress, R"(
sub.s32 %r4, %r1, 1;
mul.wide.u32 %d6, %r4, 4;
add.u64 %d7, %d1, %d6;
add.u64 %d7, %d7, 4;
ld.global.b32 %r4, [%d7];)");
    faults("a misaligned vector load", Misaligned, R"(
setp.eq.u32 %p1, %r1, 0;
@%p1 ld.global.v4.b32 {%r4, %r5, %r6, %r7}, [%d4+4];)");
    faults("a shared pointer used as a global one", IllegalAddress, R"(
.shared .align 4 .b8 s[256];
mov.b64 %d6, s;
ld.global.b32 %r4, [%d6];)");
    faults("off the end of a shared array", IllegalAddress, R"(
.shared .align 4 .b8 s[252];
.shared .align 4 .b8 next[64];
mov.b64 %d6, s;
add.u64 %d6, %d6, %d3;
st.shared.b32 [%d6], %r1;)");
    faults("off the end of a local array", IllegalAddress, R"(
.local .align 4 .b8 s[16];
mov.b64 %d6, s;
st.local.b32 [%d6+16], %r1;)");
}

void divergence() {
    faults("bra.uni of lanes that disagree", LaunchFailed, R"(
setp.lt.u32 %p1, %r1, 40;
@%p1 bra.uni A;
mov.b32 %r4, 1;
A:
mov.b32 %r5, 2;)");
    faults("bra.uni of warps that disagree, whose lanes agree", NoFault, R"(
setp.lt.u32 %p1, %r1, 32;
@%p1 bra.uni A;
mov.b32 %r4, 1;
A:
mov.b32 %r5, 2;)");
    faults("a barrier in a divergent branch", LaunchFailed, R"(
setp.lt.u32 %p1, %r1, 40;
@%p1 bra A;
bar.sync 0;
A:
mov.b32 %r5, 2;)");
    faults("warps at different barriers", LaunchFailed, R"(
setp.lt.u32 %p1, %r1, 32;
@%p1 bra A;
bar.sync 0;
bra B;
A:
bar.sync 0;
B:
mov.b32 %r5, 2;)");
    faults("threads that return before a barrier: a warning only", NoFault, R"(
setp.lt.u32 %p1, %r1, 40;
@%p1 ret;
bar.sync 0;)");
    faults("shfl.sync with lanes missing", LaunchFailed, R"(
setp.lt.u32 %p1, %r1, 7;
@%p1 bra A;
shfl.sync.down.b32 %r4, %r1, 1, 31, 4294967295;
A:
mov.b32 %r5, 2;)");
}

void sharedRaces() {
    const string writeOwn = R"(
.shared .align 4 .b8 s[256];
mov.b64 %d6, s;
add.u64 %d7, %d6, %d3;
st.shared.b32 [%d7], %r1;)";
    const string readNeighbours = R"(
xor.b32 %r4, %r1, 1;
mul.wide.u32 %d8, %r4, 4;
add.u64 %d8, %d6, %d8;
ld.shared.b32 %r5, [%d8];)";
    faults("a read of another thread's write without a barrier", race(), writeOwn + readNeighbours);
    faults("the same with a barrier", NoFault, writeOwn + "\nbar.sync 0;" + readNeighbours);
    faults("a write after another thread's read without a barrier", race(), writeOwn + R"(
bar.sync 0;
ld.shared.b32 %r5, [%d6];
st.shared.b32 [%d7], 99;)");
    faults("two threads write one place", race(), R"(
.shared .align 4 .b8 s[256];
mov.b64 %d6, s;
st.shared.b32 [%d6], %r1;)");
    faults("shared memory that nobody has written", race(), R"(
.shared .align 4 .b8 s[256];
mov.b64 %d6, s;
ld.shared.b32 %r4, [%d6];)");
}

void globalRaces() {
    const Shape twoBlocks = {2, 32};
    faults("two blocks write one place of global memory", race(), "st.global.b32 [%d2], %r2;", twoBlocks);
    faults("a block reads what another writes", race(), R"(
st.global.b32 [%d5], %r2;
bar.sync 0;
xor.b32 %r4, %r2, 32;
mul.wide.u32 %d8, %r4, 4;
add.u64 %d8, %d2, %d8;
ld.global.b32 %r5, [%d8];)", twoBlocks);
    faults("a thread reads what another of its block wrote before a barrier", NoFault, R"(
st.global.b32 [%d5], %r2;
bar.sync 0;
xor.b32 %r4, %r2, 1;
mul.wide.u32 %d8, %r4, 4;
add.u64 %d8, %d2, %d8;
ld.global.b32 %r5, [%d8];)", twoBlocks);
    // All read the first word, the second block first: it waits less.
    faults("a block writes what another has read", race(), R"(
ld.global.b32 %r5, [%d1];
bar.sync 0;
setp.eq.u32 %p1, %r2, 0;
@%p1 st.global.b32 [%d1], 5;)", twoBlocks);
}

void limits() {
    faults("too large a block", InvalidValue, "", {2, 2048});
    u64 freed = Buffer(64).address();
    Buffer live(64);
    char host[128];
    void* const defaultStream = nullptr;
    expect(driver("cuMemcpyAsync", (u64)host, freed, (u64)64, defaultStream) == InvalidValue,
           "a copy from freed memory");
    expect(driver("cuMemcpyAsync", live.address(), (u64)host, (u64)65, defaultStream) == InvalidValue,
           "a copy past the end");
    void* kernel = makeKernel("ld.global.b32 %r4, [%d1];");
    expect(launch(kernel, {1, 1}, freed, live.address()) == IllegalAddress, "a load from freed memory");
}

void refusals() {
    for (const char* body : {"add.s32 %r4, %d1, 1;", "mov %r4, 1;", "add.f32 %f1, %f2, 1;", "bra Nowhere;",
                             "add.s32 %r4, %r99, 1;", "frobnicate.b32 %r4, %r3;", "ld.global.b32 %r4, [%r3];",
                             "cvt.s32.f32 %r4, %f3;"}) {
        expect(!makeKernel(body), string("refusal of ") + body);
    }
}

}

void testChecks() {
    addresses();
    divergence();
    sharedRaces();
    globalRaces();
    limits();
    refusals();
}
