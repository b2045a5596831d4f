#!/usr/bin/python3
"""Times one `keras` iteration of ours and of PyTorch, alternating, and prints a table of medians and ratios.

    compare_pytorch.py [--sizes 384x256,600x400,1200x800] [--iterations 6] [--rounds 2]

Ours is the program as it is: `run.sh stylize` on the pictures of samples/ with synthetic weights; its log gives the
times. PyTorch's is pytorch_peer.py beside this script: two threads, targets cached. In each process the first two
iterations are left out. Peak memory is the whole process's resident set, MiB.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
WARM_UP = 2


def run_measured(command):
    """(standard output, peak resident MiB) of a command."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}.")
    return output, usage.ru_maxrss / 1024


def ours(size, iterations, folder):
    log = folder / "log.csv"
    _, peak = run_measured([
        ROOT / "run.sh", "stylize", "--quiet", "--preset", "keras", "--size", size, "--weights", folder / "vgg19.h5",
        "--content", ROOT / "samples" / "landscape.png", "--style", ROOT / "samples" / "painting.png",
        "--iterations", str(WARM_UP + iterations), "--log", log, "--output", folder / "out.png"])
    with open(log) as rows:
        times = [float(row["milliseconds"]) for row in csv.DictReader(rows)]
    return times[WARM_UP:], peak


def pytorch(size, iterations):
    output, _ = run_measured(
        [sys.executable, BENCH / "pytorch_peer.py", "--size", size, "--iterations", str(WARM_UP + iterations)])
    result = json.loads(output)
    return result["all_milliseconds"][WARM_UP:], result["peak_mebibytes"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="384x256,600x400,1200x800")
    parser.add_argument("--iterations", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()

    print("| size | ours, ms | PyTorch, ms | ratio | ours, MiB | PyTorch, MiB | ratio | ours, ns per pixel |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_measured([ROOT / "run.sh", "weights", "synthesize", "--output", folder / "vgg19.h5"])
        for size in options.sizes.split(","):
            our_times, our_peaks, their_times, their_peaks = [], [], [], []
            for _ in range(options.rounds):
                times, peak = ours(size, options.iterations, folder)
                our_times += times
                our_peaks.append(peak)
                times, peak = pytorch(size, options.iterations)
                their_times += times
                their_peaks.append(peak)
            our_time, their_time = statistics.median(our_times), statistics.median(their_times)
            our_peak, their_peak = max(our_peaks), max(their_peaks)
            width, height = map(int, size.split("x"))
            print(f"| {size} | {our_time:.0f} | {their_time:.0f} | {our_time / their_time:.2f} | {our_peak:.0f} | "
                  f"{their_peak:.0f} | {our_peak / their_peak:.2f} | {1e6 * our_time / (width * height):.0f} |",
                  flush=True)


if __name__ == "__main__":
    main()
