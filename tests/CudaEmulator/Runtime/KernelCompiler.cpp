// Modules to machine code: by g++, kept in a cache on disk. A file's name is the hash of all that decides about its
// content: the C++, g++ and its options, the processor that -march=native stands for. It is written aside and then
// renamed, so that of processes that compile the same module each sees no file or a whole one.
#include "KernelCompiler.h"
#include "../Ptx/Parser.h"
#include "../Translation/Translation.h"
#include "DeviceMemory.h"
#include "Library.h"
#include "Limits.h"
#include "Settings.h"
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using std::string;

extern char** environ;
extern const char interfaceText[], arithmeticText[]; // Generated/Embedded.S

namespace {

const std::vector<string>& compilerCommand() {
    static const std::vector<string> command = {
        "g++", "-std=c++17", "-O1", "-ftree-vectorize", "-fvect-cost-model=unlimited", "-fexpensive-optimizations",
        "-march=native", "-mprefer-vector-width=512",
        // What PTX says and C++ does not: whole numbers wrap around, memory has no types.
        "-fwrapv", "-fno-strict-aliasing",
        // Loops over lanes are vectorized only where no lane may trap or set errno.
        "-fno-trapping-math", "-fno-math-errno",
        // As NVIDIA's compiler does by default with products and sums that are not marked .rn.
        settings.contracts ? "-ffp-contract=fast" : "-ffp-contract=off",
        "-w", "-shared", "-fPIC"};
    return command;
}

// The instruction sets that the processor offers.
string processor() {
    std::ifstream lines("/proc/cpuinfo");
    string line, found;
    while (std::getline(lines, line)) {
        if (line.rfind("model name", 0) == 0) found = line;
        if (line.rfind("flags", 0) == 0) return found + line;
    }
    return found;
}

// FNV-1a
string hashOf(const string& text) {
    u64 hash = 14695981039346656037ull;
    for (unsigned char c : text) hash = (hash ^ c) * 1099511628211ull;
    return format("%016lx", hash);
}

string cacheKey(const string& source) {
    static const string setting = [] {
        string text = __VERSION__ + processor(); // build.sh builds this library anew for another g++
        for (auto& argument : compilerCommand()) text += " " + argument;
        return text;
    }();
    return hashOf(source + setting);
}

string cacheFolder() {
    const char* home = getenv("HOME");
    string folder = settings.cacheFolder ? settings.cacheFolder : string(home ? home : "/tmp") + "/.cache/cudaemu";
    std::error_code ignored; // writing to it will fail and say so
    std::filesystem::create_directories(folder, ignored);
    return folder;
}

// A new file's name beside another's; it keeps the ending, which g++ goes by.
string aside(const string& path) {
    size_t dot = path.rfind('.');
    string name = path.substr(0, dot) + ".XXXXXX" + path.substr(dot);
    int file = mkstemps(name.data(), (int)(path.size() - dot));
    if (file >= 0) close(file);
    return name;
}

bool moveTo(const string& path, const string& from) {
    if (rename(from.c_str(), path.c_str()) == 0) return true;
    unlink(from.c_str());
    report(CUDA_ERROR_INVALID_PTX, "cannot write " + path);
    return false;
}

bool write(const string& path, const string& text) {
    string name = aside(path);
    std::ofstream(name) << text;
    return moveTo(path, name);
}

bool runCompiler(const string& source, const string& library) {
    std::vector<string> command = compilerCommand();
    command.insert(command.end(), {source, "-o", library});
    std::vector<char*> arguments;
    for (auto& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    pid_t process;
    if (posix_spawnp(&process, arguments[0], nullptr, nullptr, arguments.data(), environ)) {
        report(CUDA_ERROR_INVALID_PTX, "cannot start g++");
        return false;
    }
    int status = 0;
    // .NET may have taken the status of a child that it did not start; then only the file tells.
    if (waitpid(process, &status, 0) < 0) status = std::filesystem::file_size(library) == 0;
    if (status) report(CUDA_ERROR_INVALID_PTX, "g++ failed on " + source);
    return status == 0;
}

bool compileToDisk(const LoadedModule& module) {
    string source = module.path + ".cpp", library = module.path + ".so";
    if (access(library.c_str(), R_OK) == 0) return true;
    if (!write(source, module.source)) return false;
    string compiled = aside(library);
    if (runCompiler(source, compiled)) return moveTo(library, compiled);
    unlink(compiled.c_str());
    return false;
}

}

std::unique_ptr<LoadedModule> loadModule(const string& ptx, string* refusal) {
    auto loaded = std::make_unique<LoadedModule>();
    loaded->text = ptx;
    try {
        loaded->module = parsePtx(ptx);
        loaded->source = string(interfaceText) + arithmeticText + translate(loaded->module);
        u64 bytes = loaded->module.sharedBytes;
        if (bytes > Limits::sharedBytes)
            throw PtxError(1, format("%lu bytes of shared memory, %u at most", bytes, Limits::sharedBytes));
    } catch (std::exception& exception) {
        string path = cacheFolder() + "/refused-" + hashOf(ptx) + ".ptx";
        write(path, ptx);
        *refusal = path + " " + exception.what();
        return nullptr;
    }
    loaded->path = cacheFolder() + "/" + cacheKey(loaded->source);
    write(loaded->path + ".ptx", ptx);
    for (auto& function : loaded->module.functions) {
        if (!function.entry) continue;
        auto& kernel = loaded->kernels[function.name] = std::make_unique<Kernel>();
        kernel->module = loaded.get();
        kernel->function = &function;
    }
    return loaded;
}

bool compile(LoadedModule& module) {
    if (module.compiled) return true;
    if (!compileToDisk(module)) return false;
    void* handle = dlopen((module.path + ".so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        report(CUDA_ERROR_INVALID_PTX, dlerror());
        return false;
    }
    ((void (*)(const Library*))dlsym(handle, "setLibrary"))(&libraryFunctions);
    for (auto& [name, kernel] : module.kernels)
        kernel->run = (void (*)(Warp*))dlsym(handle, kernelSymbol(name).c_str());
    for (auto& variable : module.module.globals)
        deviceMemory.adopt((u64)dlsym(handle, globalSymbol(variable.name).c_str()), variable.bytes);
    module.compiled = true;
    return true;
}
