#!/bin/bash
# Builds the driver where it must, and its self-test; runs that without and with every check.
set -eu
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
folder=$("$here/build.sh")
export CUDAEMU_CACHE=${CUDAEMU_CACHE:-$here/../../artifacts/cuda/kernels}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
g++ -std=c++17 -O1 -mf16c -mfma -Wall -Wextra -Werror "$here"/SelfTest/*.cpp -ldl -o "$work/SelfTest"
for checks in '' all; do
    # The driver's own lines are wanted only where an expectation failed.
    rm -f "$work/log"
    if ! CUDAEMU_CHECK=$checks CUDAEMU_LOG=$work/log "$work/SelfTest" "$folder/libcuda.so.1"; then
        cat "$work/log" >&2
        exit 1
    fi
done
