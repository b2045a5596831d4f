#!/bin/bash
# Builds everything and runs every test; the last line counts them.
#   ./test.sh             all tests
#   ./test.sh Vgg.Tests   those of one project
#   ./test.sh --sanitize  the kernel tests under Oclgrind: a data race, an invalid access or an uninitialised read fails
set -u
root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=scripts/common.sh
. "$root/scripts/common.sh"

# run_tests PROJECTS DOTNET_TEST_ARGUMENT...: counts the summary lines into passed, failed, skipped; fails where it
# finds fewer of them than the projects that it is told of.
passed=0 failed=0 skipped=0
run_tests() {
    local log status line projects=$1
    shift
    log=$(mktemp)
    keep_built
    sdk test "$@" -c Release --no-build --tl:off | tee "$log"
    status=${PIPESTATUS[0]}
    while IFS= read -r line; do
        [[ $line =~ Failed:\ +([0-9]+),\ Passed:\ +([0-9]+),\ Skipped:\ +([0-9]+) ]] || continue
        failed=$((failed + BASH_REMATCH[1])) passed=$((passed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
        projects=$((projects - 1))
    done <"$log"
    if [ "$projects" -gt 0 ]; then
        say "$projects test projects ran no test."
        status=1
    fi
    rm -f "$log"
    return "$status"
}

test_projects() { find "$root/tests" -name '*.Tests.csproj' | wc -l; }

oclgrind_if_missing() { [ -e /usr/lib/oclgrind/liboclgrind-rt-icd.so ] || echo oclgrind; }

# The tests by name, one a line.
list_tests() { sdk test "$root/tests/Kernels.Tests" -c Release --no-build --list-tests | grep -E '^ +IlgpuStyle\.' | sort; }

# Names the cases that --sanitize leaves out, and fails where that leaves a kernel that was never launched.
report_omissions() {
    local left_out never_launched
    left_out=$(comm -13 <(list_tests) <(ILGPUSTYLE_TEST_MULTIPLY_ADDS='' list_tests))
    say "Not run in Oclgrind for their size: $(grep -c . <<<"$left_out") cases, in all their forms"
    sed -E 's/,? forms: \w+//; s/,? form: \w+//' <<<"$left_out" | uniq -c >&2
    never_launched=$(comm -13 <(sort -u "$ILGPUSTYLE_KERNEL_LOG") \
        <(grep -rhoE 'static void \w+Kernel\b' "$root/src/Kernels" | awk '{ print $3 }' | sort))
    if [ -n "$never_launched" ]; then
        say "Kernels that no test launched in Oclgrind: ${never_launched//$'\n'/ }"
        return 1
    fi
    say "$(sort -u "$ILGPUSTYLE_KERNEL_LOG" | wc -l) kernels were launched in Oclgrind, every one of src/Kernels."
}

sanitize() {
    local status
    install_packages oclgrind_if_missing
    if [ -n "$(oclgrind_if_missing)" ]; then
        say "--sanitize needs Oclgrind (Debian package oclgrind)."
        return 1
    fi
    OCLGRIND_LOG=$(mktemp)
    ILGPUSTYLE_KERNEL_LOG=$(mktemp)
    export OCLGRIND_LOG ILGPUSTYLE_KERNEL_LOG
    export OCL_ICD_VENDORS=/usr/lib/oclgrind/liboclgrind-rt-icd.so
    export OCLGRIND_DATA_RACES=1 OCLGRIND_UNINITIALIZED=1 OCLGRIND_CHECK_API=1
    # Not optimized: Oclgrind's check for uninitialised values gives up a kernel with LLVM's instruction freeze, which
    # the optimizer puts where a quotient and its remainder are wanted. Nothing inlined: inlining a function that returns a
    # struct leaves an instruction that Oclgrind does not know.
    export OCLGRIND_BUILD_OPTIONS="-cl-opt-disable -Dalways_inline=noinline"
    # Its threads wait for each other more than they work. 16 compute units, because then small maps take every tile.
    export OCLGRIND_NUM_THREADS=1 OCLGRIND_COMPUTE_UNITS=16
    # It interprets: the large cases would take days, and have small twins.
    export ILGPUSTYLE_TEST_MULTIPLY_ADDS=36000
    run_tests 1 "$root/tests/Kernels.Tests"
    status=$?
    report_omissions || status=1
    if [ -s "$OCLGRIND_LOG" ]; then
        cat "$OCLGRIND_LOG"
        say "Oclgrind found faults (above)."
        status=1
    fi
    rm -f "$OCLGRIND_LOG" "$ILGPUSTYLE_KERNEL_LOG"
    return "$status"
}

require_dotnet
install_packages missing_packages
case "${1:-}" in
    '') alone build_release "$root/IlgpuStyle.sln" && run_tests "$(test_projects)" "$root/IlgpuStyle.sln" -m:1 ;;
    *.Tests) alone build_release "$root/tests/$1" && run_tests 1 "$root/tests/$1" ;;
    --sanitize) alone build_release "$root/tests/Kernels.Tests" && sanitize ;;
    *) say "Unknown option '$1': ./test.sh takes a test project, --sanitize or nothing."; exit 2 ;;
esac
status=$?
if [ $((passed + failed)) = 0 ]; then
    say "No test ran."
    status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
