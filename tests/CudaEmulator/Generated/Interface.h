// What the driver library and the C++ that it generates from PTX share; every generated file begins with it.
//
// A warp of 32 threads, its lanes, runs in lockstep: a register is an array of 32 values, an instruction a loop over
// them that gcc turns into vector code. A set of lanes is a mask of 32 bits. Predicates are 0 or -1.
#ifndef CUDA_EMULATOR_INTERFACE
#define CUDA_EMULATOR_INTERFACE
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef float f32;
typedef double f64;

// A function's .local memory: one slot per lane, `stride` bytes apart.
struct Frame {
    char* base;
    u32 stride;
    u32 bytes;
};

// The ranges of memory that accesses hit last, asked before the maps of all ranges are.
struct RecentRanges {
    u64 first[4];
    u64 bytes[4];
    u32 oldest;
};

struct Warp {
    alignas(64) u32 tidX[32];
    u32 tidY[32];
    u32 tidZ[32];
    u32 ntid[3];
    u32 ctaid[3];
    u32 nctaid[3];
    u32 dynamicSharedBytes;
    u32 number;           // in its block
    u32 started;          // the lanes that exist
    u32 live;             // the lanes that have not returned
    char* shared;         // the block's shared memory
    const u8* parameters; // the kernel's
    u32 depth;            // frames in use
    char* localTop;
    Frame frames[64];
    void* worker;
    RecentRanges recentGlobal;
    RecentRanges recentShared;
};

enum Space { GENERIC, GLOBAL, SHARED, LOCAL };

enum AtomicOperation {
    ATOMIC_ADD,
    ATOMIC_MIN,
    ATOMIC_MAX,
    ATOMIC_AND,
    ATOMIC_OR,
    ATOMIC_XOR,
    ATOMIC_EXCHANGE,
    ATOMIC_COMPARE_AND_SWAP,
    ATOMIC_INCREMENT,
    ATOMIC_DECREMENT
};
enum AtomicType { ATOMIC_U32, ATOMIC_S32, ATOMIC_U64, ATOMIC_S64, ATOMIC_F32, ATOMIC_F64 };
enum Reduction { REDUCE_COUNT, REDUCE_ALL, REDUCE_ANY, REDUCE_NONE };
enum ShuffleMode { SHUFFLE_INDEX, SHUFFLE_DOWN, SHUFFLE_UP, SHUFFLE_BUTTERFLY };
enum VoteMode { VOTE_BALLOT, VOTE_ANY, VOTE_ALL, VOTE_UNIFORM };

// The functions of the library that generated code calls. `mask` holds the lanes that execute the instruction, `line`
// is its line in the PTX; arrays hold one value per lane. `access` is made by encode() in Runtime/Access.h.
struct Library {
    void (*load)(Warp*, u32 mask, const u64* addresses, s64 offset, u32 access, u32 line, void* const* to);
    void (*store)(Warp*, u32 mask, const u64* addresses, s64 offset, u32 access, u32 line, const void* const* from);
    // old may be null; c only for ATOMIC_COMPARE_AND_SWAP
    void (*atomic)(Warp*, u32 mask, const u64* addresses, s64 offset, u32 space, u32 operation, u32 type, u32 line,
                   void* old, const void* b, const void* c);
    void (*barrier)(Warp*, u32 mask, u32 barrier, u32 line);
    void (*reduce)(Warp*, u32 mask, u32 barrier, u32 reduction, const s32* predicates, s32* result, u32 line);
    void (*shuffle)(Warp*, u32 mask, u32 mode, const u32* values, const u32* by, const u32* clamp, const u32* members,
                    u32* result, s32* inRange, u32 line);
    // members may be null
    void (*vote)(Warp*, u32 mask, u32 mode, const s32* predicates, const u32* members, u32* result, u32 line);
    void (*warpBarrier)(Warp*, u32 mask, const u32* members, u32 line);
    void (*diverged)(Warp*, u32 taken, u32 stayed, u32 line); // at a branch that is said to be uniform
    void (*trap)(Warp*, u32 mask, u32 line);
    char* (*enterFrame)(Warp*, u32 bytes);
    void (*leaveFrame)(Warp*);
};
#endif
