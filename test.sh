#!/bin/bash
# Builds everything and runs every test of the chosen dependencies; the last line counts them.
#   ./test.sh             all tests
#   ./test.sh --sanitize  the kernel tests under Oclgrind: a data race, an invalid access or an uninitialised read fails
set -u
root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=scripts/common.sh
. "$root/scripts/common.sh"

# dotnet test's arguments after those of the build → counts its summary lines into passed, failed, skipped.
passed=0 failed=0 skipped=0
run_tests() {
    local log status line
    log=$(mktemp)
    dotnet test "$@" -c Release --no-build --tl:off | tee "$log"
    status=${PIPESTATUS[0]}
    while IFS= read -r line; do
        [[ $line =~ Failed:\ +([0-9]+),\ Passed:\ +([0-9]+),\ Skipped:\ +([0-9]+) ]] || continue
        failed=$((failed + BASH_REMATCH[1])) passed=$((passed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
    done <"$log"
    rm -f "$log"
    return "$status"
}

oclgrind_if_missing() { [ -e /usr/lib/oclgrind/liboclgrind-rt-icd.so ] || echo oclgrind; }

sanitize() {
    local reports status
    install_packages oclgrind_if_missing
    if [ -n "$(oclgrind_if_missing)" ]; then
        say "--sanitize needs Oclgrind (Debian package oclgrind)."
        return 1
    fi
    reports=$(mktemp)
    # Not optimized: Oclgrind's check for uninitialised values gives up a kernel with LLVM's instruction freeze, which
    # the optimizer puts where a quotient and its remainder are wanted. Nothing inlined: inlining a function that returns a
    # struct leaves an instruction that Oclgrind does not know. Small cases, because it interprets.
    OCL_ICD_VENDORS=/usr/lib/oclgrind/liboclgrind-rt-icd.so OCLGRIND_LOG=$reports \
        OCLGRIND_DATA_RACES=1 OCLGRIND_UNINITIALIZED=1 OCLGRIND_CHECK_API=1 OCLGRIND_BUILD_OPTIONS="-cl-opt-disable -Dalways_inline=noinline" \
        ILGPUSTYLE_TEST_MULTIPLY_ADDS=500000 run_tests "$root/tests/Kernels.Tests"
    status=$?
    if [ -s "$reports" ]; then
        cat "$reports"
        say "Oclgrind found faults (above)."
        status=1
    fi
    rm -f "$reports"
    return "$status"
}

require_dotnet
install_packages missing_packages
case "${1:-}" in
    '') build_release "$root/IlgpuStyle.sln" && run_tests "$root/IlgpuStyle.sln" -m:1 ;;
    --sanitize) build_release "$root/tests/Kernels.Tests" && sanitize ;;
    *) say "Unknown option '$1': ./test.sh takes --sanitize or nothing."; exit 2 ;;
esac
status=$?
if [ $((passed + failed)) = 0 ]; then
    say "No test ran."
    status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
