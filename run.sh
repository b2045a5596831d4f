#!/bin/bash
# Builds ilgpustyle when its sources are newer than the last build, then runs it with the arguments given.
# Without arguments: the demo, a painting's style on a landscape, written to out/demo.png.
set -u
root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=scripts/common.sh
. "$root/scripts/common.sh"

stamp=$root/artifacts/run.stamp

is_built() {
    [ -f "$stamp" ] && [ -f "$program" ] &&
        [ -z "$(find "$root"/src "$root"/samples "$root"/build "$root"/Directory.* "$root"/global.json \
            -newer "$stamp" -print -quit)" ]
}

# shellcheck disable=SC2317 # called by alone
build_unless_built() {
    if is_built; then
        return
    fi
    # Dated before the build, so that what is edited meanwhile counts as newer.
    : >"$stamp.part"
    build_release "$root/src/App" && mv "$stamp.part" "$stamp"
}

require_dotnet
if ! is_built; then
    install_packages missing_packages
    alone build_unless_built || exit 1
fi
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
