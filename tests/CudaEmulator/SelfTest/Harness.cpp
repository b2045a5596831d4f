// Runs small kernels in PTX through the driver API, and counts what comes out as expected.
#include "Harness.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

using std::string;
using std::vector;

static void* library;
static int expectations, failures;
static void* const defaultStream = nullptr;

bool openDriver(const char* path) {
    library = dlopen(path, RTLD_NOW);
    if (!library) puts(dlerror());
    return library;
}

void* entryPoint(const char* name) {
    void* function = dlsym(library, name);
    if (function) return function;
    printf("no entry point %s\n", name);
    exit(1);
}

void expect(bool holds, const string& what) {
    expectations++;
    if (holds) return;
    failures++;
    printf("FAILED %s\n", what.c_str());
}

int summarize() {
    printf("%d passed, %d failed%s\n", expectations - failures, failures, checksRaces() ? ", with every check" : "");
    return failures;
}

bool checksRaces() {
    const char* checks = getenv("CUDAEMU_CHECK");
    return checks && string(checks) == "all";
}

Buffer::Buffer(u64 bytes) : _bytes(bytes) {
    driver("cuMemAlloc_v2", &_address, _bytes);
}

Buffer::Buffer(const vector<u32>& words) : Buffer(words.size() * 4) {
    driver("cuMemcpyAsync", _address, (u64)words.data(), _bytes, defaultStream);
}

Buffer::~Buffer() {
    driver("cuMemFree_v2", _address);
}

vector<u32> Buffer::read() const {
    vector<u32> words(_bytes / 4);
    driver("cuMemcpyAsync", (u64)words.data(), _address, _bytes, defaultStream);
    return words;
}

void* makeKernel(const string& body, const string& declarations) {
    const string head = R"(.version 7.0
.target sm_80
.address_size 64
)";
    const string begin = R"(.visible .entry k(.param .b64 in, .param .b64 out, .param .b32 n)
{
.reg .pred %p<16>; .reg .b16 %h<16>; .reg .b32 %r<32>; .reg .b64 %d<32>; .reg .f32 %f<16>; .reg .f64 %g<16>;
ld.param.b64 %d1, [in]; cvta.to.global.u64 %d1, %d1;
ld.param.b64 %d2, [out]; cvta.to.global.u64 %d2, %d2;
mov.b32 %r1, %tid.x; mov.b32 %r30, %ctaid.x; mov.b32 %r31, %ntid.x; mad.lo.s32 %r2, %r30, %r31, %r1;
mul.wide.u32 %d3, %r2, 4; add.u64 %d4, %d1, %d3; add.u64 %d5, %d2, %d3;
)";
    string ptx = head + declarations + begin + body + "\nret;\n}\n";
    void *module = nullptr, *kernel = nullptr;
    if (driver("cuModuleLoadData", &module, ptx.c_str())) return nullptr;
    driver("cuModuleGetFunction", &kernel, module, "k");
    return kernel;
}

int launch(void* kernel, Shape shape, u64 in, u64 out) {
    u32 n = shape.blocks * shape.threads;
    void* arguments[] = {&in, &out, &n};
    void** const noExtra = nullptr;
    return driver("cuLaunchKernel", kernel, shape.blocks, 1u, 1u, shape.threads, 1u, 1u, shape.dynamicSharedBytes,
                  defaultStream, arguments, noExtra);
}

vector<u32> run(const string& body, const vector<u32>& in, u32 threadsPerBlock, const string& declarations,
                u32 dynamicSharedBytes, int* result) {
    Buffer from(in), to(in.size() * 4);
    void* kernel = makeKernel(body, declarations);
    const int refused = -1;
    Shape shape = {(u32)in.size() / threadsPerBlock, threadsPerBlock, dynamicSharedBytes};
    int code = kernel ? launch(kernel, shape, from.address(), to.address()) : refused;
    if (result) *result = code;
    else expect(code == 0, "launch of " + body);
    return to.read();
}

void expectWords(const string& what, const vector<u32>& out, const std::function<u32(u32)>& wanted) {
    for (u32 i = 0; i < out.size(); i++) {
        if (out[i] == wanted(i)) continue;
        expect(false, what + ": word " + std::to_string(i) + " is " + std::to_string(out[i]) + ", not "
            + std::to_string(wanted(i)));
        return;
    }
    expect(true, what);
}
