#!/bin/bash
# Builds ilgpustyle when its sources are newer than the last build, then runs it with the arguments given.
# Without arguments: the demo, a painting's style on a landscape, written to out/demo.png.
set -u
root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=scripts/common.sh
. "$root/scripts/common.sh"

is_built() {
    local chosen stamp
    chosen=$(chosen_dependencies)
    stamp=$root/artifacts/$chosen/run.stamp
    [ -n "$chosen" ] && [ -f "$stamp" ] && [ -f "$(program "$chosen")" ] &&
        [ -z "$(find "$root"/src "$root"/standins "$root"/samples "$root"/build "$root"/Directory.* \
            "$root"/global.json -newer "$stamp" -print -quit)" ]
}

# shellcheck disable=SC2317 # called by alone
build_unless_built() {
    local chosen
    if is_built; then
        return
    fi
    # Dated before the build, so that what is edited meanwhile counts as newer.
    : >"$root/artifacts/run.stamp"
    build_release "$root/src/App" || return
    chosen=$(chosen_dependencies)
    if [ "$chosen" = packages ] && [ -z "${Dependencies:-}" ] && ! has_device packages &&
        build_release "$root/src/App" -p:Dependencies=standins && has_device standins; then
        say "ILGPU's package accepts no device of this machine, its stand-in does: using standins/ (delete" \
            "Dependencies.local.props to choose again)."
        echo '<Project><PropertyGroup><Dependencies>standins</Dependencies></PropertyGroup></Project>' \
            >"$root/Dependencies.local.props"
        chosen=standins
    fi
    mv "$root/artifacts/run.stamp" "$root/artifacts/$chosen/run.stamp"
}

require_dotnet
if ! is_built; then
    install_packages missing_packages
    alone build_unless_built || exit 1
fi
program=$(program "$(chosen_dependencies)")
[ $# = 0 ] || exec dotnet "$program" "$@"

mkdir -p "$root/out"
demo() {
    dotnet "$program" stylize --content "$root/samples/landscape.png" --style "$root/samples/painting.png" \
        --preset balanced --size 256 --output "$root/out/demo.png" --weights "$1"
}
demo auto
code=$?
if [ "$code" = 4 ]; then
    say "The demo goes on with random weights: colours and strokes carry over, fine structure less."
    demo synthetic
    code=$?
fi
exit "$code"
