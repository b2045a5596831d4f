#!/usr/bin/python3
"""Times one `keras` iteration of ours and of PyTorch, alternating, and our kernels; prints both as tables.

    compare_pytorch.py [--sizes 384x256,600x400,1200x800] [--iterations 6] [--rounds 2] [--write]

Ours is the program as it is: `run.sh stylize` on the pictures of samples/ with synthetic weights; its log gives the
times. PyTorch's is pytorch_peer.py beside this script: two threads, targets cached. In each process the first two
iterations are left out. Peak memory is the whole process's resident set, MiB. The kernels' times are `run.sh profile`'s
by the device's clock. With --write the tables replace those of docs/performance.md.
"""

import argparse
import csv
import json
import os
import platform
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- written by bench/compare_pytorch.py --write -->\n"
END = "<!-- end of what compare_pytorch.py writes -->\n"
WARM_UP = 2
PROFILED_SIZE = "600x400"


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


def step_rows(sizes, iterations, rounds, folder):
    yield "| size | ours, ms | PyTorch, ms | ratio | ours, MiB | PyTorch, MiB | ratio | ours, ns per pixel |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for size in sizes:
        our_times, our_peaks, their_times, their_peaks = [], [], [], []
        for _ in range(rounds):
            times, peak = ours(size, iterations, folder)
            our_times += times
            our_peaks.append(peak)
            times, peak = pytorch(size, iterations)
            their_times += times
            their_peaks.append(peak)
        our_time, their_time = statistics.median(our_times), statistics.median(their_times)
        our_peak, their_peak = max(our_peaks), max(their_peaks)
        width, height = map(int, size.split("x"))
        yield (f"| {size} | {our_time:.0f} | {their_time:.0f} | {our_time / their_time:.2f} | {our_peak:.0f} | "
               f"{their_peak:.0f} | {our_peak / their_peak:.2f} | {1e6 * our_time / (width * height):.0f} |")


def profile(folder):
    """(device, the JSON of `profile`) of a step."""
    process = subprocess.run(
        [ROOT / "run.sh", "profile", "--json", "--preset", "keras", "--size", PROFILED_SIZE,
         "--weights", folder / "vgg19.h5"], capture_output=True, text=True)
    if process.returncode:
        sys.exit(process.stderr)
    return re.search("^device: (.*);", process.stderr, re.MULTILINE)[1], json.loads(process.stdout)


def kernel_rows(step):
    yield "| kernel | launches | ms | share of step | GFLOP/s | GB/s | of roof |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    layers_of = {}
    for row in step["kernels"]:
        layers_of.setdefault(row["kernel"], []).append(row)
    kernels = [(sum(row["milliseconds"] for row in rows), kernel, rows) for kernel, rows in layers_of.items()]
    for time, kernel, rows in sorted(kernels, reverse=True):
        # Weighted by time, a mean of rates is all work over all time.
        gigaflops, gigabytes, of_roof = (
            sum(row[rate] * row["milliseconds"] for row in rows) / (time or 1)
            for rate in ("gigaflops", "gigabytes_per_second", "of_roof"))
        launches, share = (sum(row[part] for row in rows) for part in ("launches", "of_step"))
        yield (f"| {kernel} | {launches:g} | {time:.2f} | {100 * share:.1f} % | {gigaflops:.1f} | {gigabytes:.1f} | "
               f"{100 * of_roof:.0f} % |")


def machine(device):
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    version, _ = run_measured([sys.executable, "-c", "import torch; print(torch.__version__)"])
    return (f"{os.cpu_count()} cores of {names[0] if names else platform.machine()}, "
            f"{platform.freedesktop_os_release()['PRETTY_NAME']}, device {device}, PyTorch {version.strip()}")


def paragraph(text):
    return textwrap.fill(text, 120, break_on_hyphens=False)


def report(options, folder):
    run_measured([ROOT / "run.sh", "weights", "synthesize", "--output", folder / "vgg19.h5"])
    device, step = profile(folder)
    yield paragraph(
        f"`{shlex.join(['bench/compare_pytorch.py', *sys.argv[1:]])}` on {machine(device)}; times are medians and "
        f"peaks the largest of {options.rounds} × {options.iterations} iterations:")
    yield ""
    yield from step_rows(options.sizes.split(","), options.iterations, options.rounds, folder)
    yield ""
    yield paragraph(
        f"The kernels of a step, {step['step_milliseconds']:.1f} ms in all, by "
        f"`ilgpustyle profile --preset keras --size {PROFILED_SIZE}`. Rates are all work over all time, \"of roof\" is "
        f"the mean over that time; the ceilings were {step['ceilings']['gigaflops']:.0f} GFLOP/s and "
        f"{step['ceilings']['gigabytes_per_second']:.1f} GB/s:")
    yield ""
    yield from kernel_rows(step)


def parts_around_tables():
    """What docs/performance.md has before and after the tables, marks included."""
    before, begin, rest = PAGE.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        sys.exit(f"{PAGE} must have the lines '{BEGIN.strip()}' and '{END.strip()}', between which the tables go.")
    return before + begin, end + after


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="384x256,600x400,1200x800")
    parser.add_argument("--iterations", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    options = parser.parse_args()
    if options.write:
        parts_around_tables()

    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for line in report(options, Path(folder)):
            print(line, flush=True)
            lines.append(line + "\n")
    if options.write:
        before, after = parts_around_tables()
        written = PAGE.with_suffix(".md.new")
        written.write_text(before + "\n" + "".join(lines) + "\n" + after)
        written.replace(PAGE)


if __name__ == "__main__":
    main()
