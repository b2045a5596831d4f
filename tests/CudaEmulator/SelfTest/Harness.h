// Runs small kernels in PTX through the driver API, and counts what comes out as expected.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

using u32 = uint32_t;
using u64 = uint64_t;
using s32 = int32_t;

// Opens the library; returns whether that worked.
bool openDriver(const char* path);

// An entry point by name.
void* entryPoint(const char* name);

template <class... Arguments> int driver(const char* name, Arguments... arguments) {
    return ((int (*)(Arguments...))entryPoint(name))(arguments...);
}

void expect(bool holds, const std::string& what);

// Says how many expectations there were; returns how many failed.
int summarize();

// Whether CUDAEMU_CHECK is `all`.
bool checksRaces();

// Device memory.
class Buffer {
public:
    explicit Buffer(u64 bytes);
    explicit Buffer(const std::vector<u32>& words);
    ~Buffer();
    Buffer(const Buffer&) = delete;

    u64 address() const { return _address; }
    std::vector<u32> read() const;

private:
    u64 _address = 0;
    u64 _bytes;
};

// A kernel with parameters `in`, `out` and `n` from the instructions of its body. At the body's begin %r1 is the thread
// in its block, %r2 in the grid; %d1 and %d2 are the addresses of in and out, %d3 is 4 * %r2, %d4 and %d5 are the
// addresses of the thread's own word of in and out. Null where the driver refuses it.
void* makeKernel(const std::string& body, const std::string& declarations = "");

struct Shape {
    u32 blocks;
    u32 threads;
    u32 dynamicSharedBytes = 0;
};

int launch(void* kernel, Shape shape, u64 in, u64 out);

// Runs a kernel, one thread for each word, and returns what is in `out` then; *result is the launch's code, which is
// expected to be 0 where nobody asks for it.
std::vector<u32> run(const std::string& body, const std::vector<u32>& in, u32 threadsPerBlock,
                     const std::string& declarations = "", u32 dynamicSharedBytes = 0, int* result = nullptr);

// Expects out[i] == wanted(i).
void expectWords(const std::string& what, const std::vector<u32>& out, const std::function<u32(u32)>& wanted);

// The thread's own word of `in` into %r3, and as a float into %f3; %r4 into its own word of `out`.
inline const std::string loadWord = "ld.global.b32 %r3, [%d4];\nmov.b32 %f3, %r3;\n";
inline const std::string storeWord = "st.global.b32 [%d5], %r4;\n";

void testArithmetic();
void testControlFlow();
void testMemoryAndWarps();
void testChecks();
