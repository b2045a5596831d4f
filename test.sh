#!/bin/bash
# Builds everything and runs every test; the last line counts them.
#   ./test.sh                all tests; kernels, autodiff, network, recipes on CUDA too, emulated where there is no card
#   ./test.sh Vgg.Tests      those of one project
#   ./test.sh --sanitize     the kernel tests under Oclgrind: a data race, an invalid access or an uninitialised read fails
#   ./test.sh --fuzz         damaged files and random command lines, all of them: the other calls run a sample
#   ./test.sh --cuda-checks  the emulated CUDA device's own tests; the kernel tests on it with all that it checks, its
#                            blocks and warps in reverse order; all of network and style transfer, and commands on it
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

# counted LABEL COMMAND...: runs it, and says what it added to the counts.
counts=()
counted() {
    local label=$1 before=("$passed" "$failed" "$skipped") status
    shift
    "$@"
    status=$?
    counts+=("$label: $((passed - before[0])) passed, $((failed - before[1])) failed, $((skipped - before[2])) skipped")
    return "$status"
}

# The browser that pages are tested in.
chromium_if_missing() { [ -e /usr/bin/chromium ] || echo chromium; }

gxx_if_missing() { command -v g++ >/dev/null || echo g++; }

# use_cuda: has the tests that follow run on CUDA; fails where that cannot be.
use_cuda() {
    local folder
    cuda=CUDA
    if [ ! -e /dev/nvidiactl ]; then
        if [ "$(uname -m)" != x86_64 ]; then
            say "No CUDA driver here, and its emulation needs an x86-64 processor: not run on CUDA."
            return 1
        fi
        install_packages gxx_if_missing
        if [ -n "$(gxx_if_missing)" ] || ! folder=$("$root/tests/CudaEmulator/build.sh"); then
            say "No CUDA driver here, and no g++ that builds its emulation: not run on CUDA."
            return 1
        fi
        cuda='CUDA, emulated'
        export LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
        export CUDAEMU_CACHE=$root/artifacts/cuda/kernels
        # Its lines would stand between those of the tests, which hold them too. 16 multiprocessors, because then small
        # maps take every tile.
        export CUDAEMU_LOG=/dev/null CUDAEMU_MULTIPROCESSORS=16
    fi
    export ILGPUSTYLE_TEST_DEVICE=cuda
}

# test_on_cuda PROJECT[:CLASS]...: in the forms for GPUs. Fails also where src has such a kernel that none of them
# launched.
test_on_cuda() {
    local status=0 tests
    ILGPUSTYLE_KERNEL_LOG=$(mktemp)
    export ILGPUSTYLE_KERNEL_LOG
    for tests in "$@"; do
        run_tests 1 "$root/tests/${tests%:*}" --filter "DisplayName!~Cpu&FullyQualifiedName~${tests#*:}" || status=1
    done
    report_launches "$cuda" Cpu || status=1
    rm -f "$ILGPUSTYLE_KERNEL_LOG"
    unset ILGPUSTYLE_KERNEL_LOG
    return "$status"
}

all_tests() {
    local status=0 device=${ILGPUSTYLE_TEST_DEVICE:-OpenCL}
    ILGPUSTYLE_TEST_DEVICE=${device,,} counted "$device" run_tests "$(test_projects)" "$root/IlgpuStyle.sln" -m:1 ||
        status=1
    if use_cuda; then
        counted "$cuda" test_on_cuda Kernels.Tests Autodiff.Tests Vgg.Tests StyleTransfer.Tests:RecipeTests || status=1
    fi
    return "$status"
}

cuda_checks() {
    local status=0 project name commands=FullyQualifiedName~CudaCommandTests
    use_cuda || return
    if [ -n "${CUDAEMU_CACHE:-}" ]; then
        "$root/tests/CudaEmulator/selftest.sh" || status=1
    fi
    CUDAEMU_CHECK=all CUDAEMU_ORDER=reverse counted "$cuda, checked" test_on_cuda Kernels.Tests || status=1
    for project in Vgg.Tests StyleTransfer.Tests; do
        counted "$cuda, $project" run_tests 1 "$root/tests/$project" --filter 'DisplayName!~Cpu' || status=1
    done
    for name in Features Classify Profile; do
        commands+="|FullyQualifiedName~${name}CommandTests"
    done
    # On a GPU that is emulated, twenty steps take minutes.
    counted "$cuda, commands" run_tests 1 "$root/tests/App.Tests" --filter "($commands)&FullyQualifiedName!~diverges" ||
        status=1
    return "$status"
}

fuzz() {
    local status=0 project
    export ILGPUSTYLE_FUZZ=all
    for project in App.Tests Vgg.Tests; do
        run_tests 1 "$root/tests/$project" --filter Category=Fuzz || status=1
    done
    return "$status"
}

oclgrind_if_missing() { [ -e /usr/lib/oclgrind/liboclgrind-rt-icd.so ] || echo oclgrind; }

# The tests by name, one a line.
list_tests() { sdk test "$root/tests/Kernels.Tests" -c Release --no-build --list-tests | grep -E '^ +IlgpuStyle\.' | sort; }

# Names the cases that --sanitize leaves out, and fails where that leaves a kernel that was never launched.
report_omissions() {
    local left_out
    left_out=$(comm -13 <(list_tests) <(ILGPUSTYLE_TEST_MULTIPLY_ADDS='' list_tests))
    say "Not run in Oclgrind for their size: $(grep -c . <<<"$left_out") cases, in all their forms"
    sed -E 's/,? forms: \w+//; s/,? form: \w+//' <<<"$left_out" | uniq -c >&2
    report_launches Oclgrind
}

# report_launches WHERE [EXCEPT]: fails where tests launched not every kernel of src whose name does not match EXCEPT.
report_launches() {
    local where=$1 kernels launched never_launched
    kernels=$(grep -rhoE 'static void \w+Kernel\b' "$root/src/Kernels" | awk '{ print $3 }' | grep -v "${2:-^$}" | sort)
    # Tests have kernels of their own.
    launched=$(sort -u "$ILGPUSTYLE_KERNEL_LOG" | comm -12 - <(echo "$kernels"))
    never_launched=$(comm -13 <(echo "$launched") <(echo "$kernels"))
    if [ -n "$never_launched" ]; then
        say "Kernels that no test launched in $where: ${never_launched//$'\n'/ }"
        return 1
    fi
    say "$(wc -l <<<"$launched") kernels were launched in $where, every one of src/Kernels${2:+ but $2 forms}."
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
    # the optimizer puts where a quotient and its remainder are wanted.
    export OCLGRIND_BUILD_OPTIONS=-cl-opt-disable
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
    '' | Browser.Tests) install_packages chromium_if_missing ;;
esac
case "${1:-}" in
    '') alone build_release "$root/IlgpuStyle.sln" && all_tests ;;
    *.Tests) alone build_release "$root/tests/$1" && run_tests 1 "$root/tests/$1" ;;
    --sanitize) alone build_release "$root/tests/Kernels.Tests" && sanitize ;;
    --fuzz) alone build_release "$root/IlgpuStyle.sln" && fuzz ;;
    --cuda-checks) alone build_release "$root/IlgpuStyle.sln" && cuda_checks ;;
    *) say "Unknown option '$1': ./test.sh takes a test project, --sanitize, --fuzz, --cuda-checks or nothing."
        exit 2 ;;
esac
status=$?
if [ $((passed + failed)) = 0 ]; then
    say "No test ran."
    status=1
fi
[ "${#counts[@]}" -lt 2 ] || printf '%s\n' "${counts[@]}"
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
