# Sourced by run.sh, test.sh and .ci/run, which set root to the repository's folder.
# Everything here speaks on stderr: stdout belongs to the program.
# shellcheck shell=bash disable=SC2154

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s\n' "$*" >&2; }

require_dotnet() {
    if ! command -v dotnet >/dev/null; then
        say "The .NET SDK 10 is missing: install it from https://dotnet.microsoft.com/download."
        exit 1
    fi
}

# The last by version of the packages whose names match an extended regular expression; $2 where apt knows none.
# By search, which leaves out names that other packages only mention; it finds those that provide a name, too.
newest_package() {
    local name
    name=$(apt-cache search --names-only "^($1)\$" 2>/dev/null | cut -d ' ' -f 1 | grep -xE "$1" | sort -V | tail -n 1)
    printf '%s\n' "${name:-$2}"
}

# The Debian packages of the system libraries that are missing, one a line.
missing_packages() {
    local libraries
    libraries=$(ldconfig -p)
    grep -q 'libOpenCL\.so\.1 ' <<<"$libraries" || echo ocl-icd-libopencl1
    if [ -z "${OCL_ICD_VENDORS:-}" ] && ! compgen -G '/etc/OpenCL/vendors/*.icd' >/dev/null; then
        echo pocl-opencl-icd
    fi
    grep -qE 'libhdf5(_serial)?\.so' <<<"$libraries" || newest_package 'libhdf5-[0-9]+(-[0-9]+)?(t64)?' libhdf5-310
}

# install_packages COMMAND...: what COMMAND prints, through apt as root or by sudo; else says what to install and
# goes on, since the program names what it lacks and much of it works without.
install_packages() {
    local as_root=() packages log
    packages=$("$@" | paste -sd ' ')
    if [ -z "$packages" ]; then
        return
    fi
    if ! command -v apt-get >/dev/null; then
        say "Missing system libraries; on Debian they would be: $packages."
        return
    fi
    # Said before sudo asks for a password.
    say "Missing system libraries: installing $packages through apt …"
    if [ "$(id -u)" != 0 ]; then
        as_root=(sudo)
        [ -t 0 ] || as_root+=(-n)
        if ! "${as_root[@]}" true 2>/dev/null; then
            say "Not root, and not by sudo either; please run: apt-get install $packages"
            return
        fi
    fi
    log=$(mktemp)
    "${as_root[@]}" apt-get update >"$log" 2>&1
    # With its lists at hand apt may know them by other names.
    if [ "$("$@" | paste -sd ' ')" != "$packages" ]; then
        packages=$("$@" | paste -sd ' ')
        say "Here they are $packages …"
    fi
    # shellcheck disable=SC2086 # one word a package
    if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 $packages >>"$log" 2>&1; then
        tail -n 5 "$log" >&2
        say "apt could not install $("$@" | paste -sd ' ')."
    fi
    rm -f "$log"
}

program=$root/artifacts/bin/App/release/ilgpustyle.dll

# sdk COMMAND [ARGUMENT]...: dotnet's SDK in the repository's folder: it takes global.json from where it is called.
# The lock's descriptor is closed, since compiler servers inherit what is open and outlive the build.
sdk() { (cd "$root" && exec dotnet "$@" 9>&-); }

# alone COMMAND...: runs it while no other script here builds or tests: they spoil each other's outputs.
alone() {
    mkdir -p "$root/artifacts"
    (
        if ! flock -n 9; then
            say "Waiting for another build or test of $root …"
            flock 9
        fi
        "$@"
    ) 9>"$root/artifacts/build.lock"
}

# Keeps other scripts from building until this one ends; several may keep what is built.
keep_built() {
    exec 9>>"$root/artifacts/build.lock"
    flock -s 9
}

# build_release PROJECT: restores and builds; says nothing but what is worth a line.
build_release() {
    sdk build "$1" -c Release --tl:off |
        sed -E '/ -> |^  (Restored |Determining projects|All projects are|[0-9]+ of [0-9]+ projects are)|^Build succeeded|^ +0 (Warning|Error)|^Time Elapsed|^$/d' >&2
    return "${PIPESTATUS[0]}"
}
