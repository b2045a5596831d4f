// Branches where the lanes of a warp part and meet again: a loop that they leave at different times, a switch, a
// recursive function.
#include "Harness.h"

using std::string;
using std::vector;

namespace {

vector<u32> numbers() {
    vector<u32> words(256);
    for (u32 i = 0; i < words.size(); i++) words[i] = i * 37 % 101;
    return words;
}

void loop() {
    auto in = numbers();
    auto out = run(loadWord + R"(
mov.b32 %r4, 0;
mov.b32 %r5, 0;
Loop:
setp.ge.u32 %p1, %r5, %r3;
@%p1 bra Out;
add.s32 %r5, %r5, 1;
and.b32 %r6, %r5, 1;
setp.eq.u32 %p2, %r6, 0;
@%p2 bra Even;
add.s32 %r4, %r4, %r5;
setp.gt.u32 %p3, %r4, 900;
@%p3 bra Out;
bra Loop;
Even:
sub.s32 %r4, %r4, 1;
bra.uni Loop;
Out:
bar.sync 0;
)" + storeWord, in, 64);
    expectWords("a divergent loop", out, [&](u32 i) {
        u32 sum = 0;
        for (u32 k = 1; k <= in[i] && sum <= 900; k++) {
            if (k % 2) sum += k;
            else sum--;
        }
        return sum;
    });
}

void table() {
    auto in = numbers();
    auto out = run(loadWord + R"(
rem.u32 %r5, %r3, 5;
setp.ge.u32 %p1, %r5, 3;
@%p1 bra Default;
Table: .branchtargets A, B, C;
brx.idx %r5, Table;
A:
mov.b32 %r4, 10;
bra End;
B:
mov.b32 %r4, 20;
bra End;
C:
mov.b32 %r4, 30;
bra End;
Default:
mov.b32 %r4, 40;
End:
bar.sync 0;
)" + storeWord, in, 64);
    expectWords("a switch", out, [&](u32 i) { return in[i] % 5 >= 3 ? 40 : 10 * (in[i] % 5) + 10; });
}

void recursion() {
    const string fibonacci = R"(.visible .func (.param .b32 result) fibonacci(.param .b32 x)
{
.reg .b32 %r<8>;
.reg .pred %p<3>;
ld.param.b32 %r1, [x];
setp.lt.u32 %p1, %r1, 2;
@%p1 bra Small;
sub.s32 %r2, %r1, 1;
{ .param .b32 a; st.param.b32 [a], %r2; .param .b32 v; call (v), fibonacci, (a); ld.param.b32 %r3, [v]; }
sub.s32 %r2, %r1, 2;
{ .param .b32 a; st.param.b32 [a], %r2; .param .b32 v; call (v), fibonacci, (a); ld.param.b32 %r4, [v]; }
add.s32 %r5, %r3, %r4;
st.param.b32 [result], %r5;
ret;
Small:
st.param.b32 [result], %r1;
ret;
}
)";
    const u32 wanted[] = {0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89};
    auto in = numbers();
    auto out = run(loadWord + R"(
rem.u32 %r5, %r3, 12;
{ .param .b32 a; st.param.b32 [a], %r5; .param .b32 v; call (v), fibonacci, (a); ld.param.b32 %r4, [v]; }
)" + storeWord, in, 64, fibonacci);
    expectWords("a recursive function", out, [&](u32 i) { return wanted[in[i] % 12]; });
}

}

void testControlFlow() {
    loop();
    table();
    recursion();
}
