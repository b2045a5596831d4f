#!/bin/bash
# Builds libcuda.so.1 with g++ (x86-64 only), unless it is built already, and prints the folder that it lies in:
#   LD_LIBRARY_PATH=$(tests/CudaEmulator/build.sh) ./run.sh devices
# The folder is artifacts/cuda/<hash>; the hash is of the sources, g++ and the processor.
set -eu
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
cd "$here"
flags=(-std=c++17 -O3 -march=native -fno-strict-aliasing -fvisibility=hidden -Wall -Wextra -Werror -fPIC -pthread)
sources=(Ptx/*.cpp Translation/*.cpp Runtime/*.cpp Driver/*.cpp Runtime/*.S Generated/*.S)
hash=$({
    cat build.sh "${sources[@]}" Ptx/*.h Translation/*.h Runtime/*.h Driver/*.h Generated/*.h
    g++ --version
    grep -m 1 '^flags' /proc/cpuinfo
} | sha256sum | cut -c 1-16)
folder=$here/../../artifacts/cuda/$hash
if [ ! -e "$folder/libcuda.so.1" ]; then
    mkdir -p "$folder"
    objects=$(mktemp -d "$folder/objects.XXXXXX")
    trap 'rm -rf "$objects"' EXIT
    # Files of the same name lie in different folders, hence the folder in the object's name.
    printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I {} sh -c \
        'g++ "$@" -c {} -o "$0/$(echo {} | tr / .).o"' "$objects" "${flags[@]}" >&2
    # Aside and then renamed: two builds at once each leave a whole library.
    g++ -shared -pthread "$objects"/*.o -ldl -Wl,-soname,libcuda.so.1 -o "$objects/libcuda.so.1" >&2
    mv "$objects/libcuda.so.1" "$folder/libcuda.so.1"
fi
readlink -f "$folder"
