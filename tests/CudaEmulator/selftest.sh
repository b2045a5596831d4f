#!/bin/bash
# Builds the driver where it must, and its self-test; runs that without and with every check.
set -eu
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
folder=$("$here/build.sh")
export CUDAEMU_CACHE=${CUDAEMU_CACHE:-$here/../../artifacts/cuda/kernels}
g++ -std=c++17 -O1 -mf16c -mfma -Wall -Wextra -Werror "$here"/SelfTest/*.cpp -ldl -o "$folder/SelfTest"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for checks in '' all; do
    # The driver's own lines, on standard error, are wanted only where an expectation failed.
    if ! CUDAEMU_CHECK=$checks "$folder/SelfTest" "$folder/libcuda.so.1" 2>"$log"; then
        cat "$log" >&2
        exit 1
    fi
done
