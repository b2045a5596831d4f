#!/usr/bin/python3
"""Times the start of ours: `run.sh stylize --size 256 --iterations 1 --quiet` as a whole process, in seconds.

    start.py [--runs 10] [--base FOLDER]

First each checkout starts with empty kernel caches, as on a new machine; of the later starts, alternating, the minimum
and the median are printed. With --base a second checkout takes turns.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def start(root, folder):
    """Seconds of one start, whose kernel caches lie in the folder; all use the same weights and pictures."""
    before = time.perf_counter()
    subprocess.run([
        root / "run.sh", "stylize", "--quiet", "--size", "256", "--iterations", "1", "--weights",
        folder.parent / "vgg19.h5", "--content", ROOT / "samples" / "landscape.png", "--style",
        ROOT / "samples" / "painting.png", "--output", folder / "out.png"],
        check=True, stdout=subprocess.DEVNULL, env={**os.environ, "XDG_CACHE_HOME": str(folder)})
    return time.perf_counter() - before


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--base", type=Path, metavar="FOLDER", help="another checkout to take turns with ours")
    options = parser.parse_args()

    roots = {"ours": ROOT}
    if options.base:
        roots["base"] = options.base.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        folders = {name: Path(temporary) / name for name in roots}
        for name, root in roots.items():
            folders[name].mkdir()
            # Builds the checkout, too, where its sources are newer.
            subprocess.run(
                [root / "run.sh", "weights", "synthesize", "--output", Path(temporary) / "vgg19.h5"],
                check=True, stdout=subprocess.DEVNULL)
        first = {name: start(root, folders[name]) for name, root in roots.items()}
        later = {name: [] for name in roots}
        for _ in range(options.runs):
            for name, root in roots.items():
                later[name].append(start(root, folders[name]))

    print("| program | first start, s | later, minimum | median | ours to it, minimum | median |")
    print("| --- | --- | --- | --- | --- | --- |")
    least, median = ({name: of(times) for name, times in later.items()} for of in (min, statistics.median))
    for name in roots:
        print(f"| {name} | {first[name]:.2f} | {least[name]:.2f} | {median[name]:.2f} | "
              f"{least['ours'] / least[name]:.2f} | {median['ours'] / median[name]:.2f} |")


if __name__ == "__main__":
    main()
