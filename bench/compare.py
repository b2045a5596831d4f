#!/usr/bin/python3
"""Times one `keras` iteration of ours and of its peers, alternating, and our kernels; prints both as tables.

    compare.py [--sizes 384x256,600x400,1200x800] [--iterations 6] [--rounds 2] [--base FOLDER] [--write]

Ours is the program as it is: `run.sh stylize` on the pictures of samples/ with synthetic weights; its log gives the
times. With --base a second checkout of it takes turns as well. The peers are TorchSharp/ and pytorch_peer.py beside
this script: two threads, targets cached; one that cannot run here is left out, and the output says why. In each process
the first two iterations are left out. Peak memory is the whole process's resident set, MiB. The kernels' times are
`run.sh profile`'s by the device's clock. With --write the tables replace those of docs/performance.md.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- written by bench/compare.py --write -->\n"
END = "<!-- end of what compare.py writes -->\n"
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


@dataclass
class Program:
    """One that takes turns: run(size, iterations) gives the milliseconds of each iteration and the peak MiB."""

    name: str
    run: Callable
    times: list = field(default_factory=list)
    peaks: list = field(default_factory=list)

    def measure(self, size, iterations):
        times, peak = self.run(size, WARM_UP + iterations)
        self.times += times[WARM_UP:]
        self.peaks.append(peak)


def checkout(name, root, folder):
    """The program that a checkout of this repository builds."""
    def run(size, iterations):
        log = folder / "log.csv"
        _, peak = run_measured([
            root / "run.sh", "stylize", "--quiet", "--preset", "keras", "--size", size, "--weights",
            folder / "vgg19.h5", "--content", ROOT / "samples" / "landscape.png", "--style",
            ROOT / "samples" / "painting.png", "--iterations", str(iterations), "--log", log,
            "--output", folder / "out.png"])
        with open(log) as rows:
            return [float(row["milliseconds"]) for row in csv.DictReader(rows)], peak

    return Program(name, run)


def torch_sharp():
    """The command that runs TorchSharp/, built here; None where it does not build."""
    build = subprocess.run(
        ["dotnet", "build", BENCH / "TorchSharp", "-c", "Release", "-t:Build", "-getProperty:TargetPath"], cwd=ROOT,
        stdout=subprocess.PIPE, text=True)
    return None if build.returncode else ["dotnet", build.stdout.strip()]


def peers():
    """(programs, why others are left out) of the peers; all must compute the same loss."""
    programs, left_out, losses = [], [], {}
    for name, command in ("TorchSharp", torch_sharp()), ("PyTorch", [sys.executable, BENCH / "pytorch_peer.py"]):
        if command is None:
            left_out.append(f"{name} is left out: it does not build.")
            continue

        def run(size, iterations, command=command):
            output, peak = run_measured([*command, "--size", size, "--iterations", str(iterations)])
            return json.loads(output)["milliseconds"], peak

        trial = subprocess.run(
            [*command, "--size", "64x48", "--iterations", "2"], capture_output=True, text=True)
        if trial.returncode:
            left_out.append(f"{name} is left out: {trial.stderr.strip().splitlines()[-1]}")
            continue
        result = json.loads(trial.stdout)
        programs.append(Program(result["peer"], run))
        losses[result["peer"]] = result["losses"]
    for name, values in losses.items():
        for value, other in zip(values, losses[programs[0].name]):
            if abs(value / other - 1) > 1e-4:
                sys.exit(f"{name} and {programs[0].name} do not compute the same: their losses are {losses}.")
    return programs, left_out


def step_rows(sizes, iterations, rounds, programs):
    yield "| size | program | ms | ours to it | MiB | ours to it | ns per pixel |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for size in sizes:
        for program in programs:
            program.times, program.peaks = [], []
        for _ in range(rounds):
            for program in programs:
                program.measure(size, iterations)
        width, height = map(int, size.split("x"))
        our_time, our_peak = statistics.median(programs[0].times), max(programs[0].peaks)
        for program in programs:
            time, peak = statistics.median(program.times), max(program.peaks)
            yield (f"| {size} | {program.name} | {time:.0f} | {our_time / time:.2f} | {peak:.0f} | "
                   f"{our_peak / peak:.2f} | {1e6 * time / (width * height):.0f} |")


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
    return (f"{os.cpu_count()} cores of {names[0] if names else platform.machine()}, "
            f"{platform.freedesktop_os_release()['PRETTY_NAME']}, device {device}")


def paragraph(text):
    return textwrap.fill(text, 120, break_on_hyphens=False)


def report(options, folder):
    run_measured([ROOT / "run.sh", "weights", "synthesize", "--output", folder / "vgg19.h5"])
    device, step = profile(folder)
    programs = [checkout("ours", ROOT, folder)]
    if options.base:
        programs.append(checkout("base", options.base.resolve(), folder))
    found, left_out = peers()
    arguments = ["FOLDER" if argument == str(options.base) else argument for argument in sys.argv[1:]]
    yield paragraph(
        f"`{shlex.join(['bench/compare.py', *arguments])}` on {machine(device)}; times are medians and "
        f"peaks the largest of {options.rounds} × {options.iterations} iterations:")
    yield ""
    yield from step_rows(options.sizes.split(","), options.iterations, options.rounds, programs + found)
    yield ""
    for line in left_out:
        yield paragraph(line)
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
    parser.add_argument("--base", type=Path, metavar="FOLDER", help="another checkout to take turns with ours")
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
