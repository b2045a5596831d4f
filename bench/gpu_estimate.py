#!/usr/bin/python3
"""Estimates what a step would take on NVIDIA cards, without one; prints tables in Markdown.

    gpu_estimate.py [--preset gatys] [--optimizer adam] [--sizes 512x384,1024x768,2048x1536] [--card NAME] [--launches]

The launches of a step, shaped for the card's number of multiprocessors, come from the emulated CUDA device, which
here only lists them (CUDAEMU_RUN=0). Each is held against a roofline: every multiprocessor has its share of the card's
peak arithmetic and of its memory bandwidth, the one with the most groups decides, and nothing is faster than a launch:

    max(FLOP of a group * groups / (peak * share), least bytes of a group * groups / bandwidth, 5 us)

share is that of multiply-adds among the instructions of a kernel's inner loop (docs/performance.md, from ptxas), since a
multiprocessor issues as many instructions a cycle as it has multiply-adders in groups of 32; where it has half as many
multiply-adders, the others go beside them. Caches are taken as perfect and latency as hidden: a real step takes longer.
--launches lists one card's launches instead, those that leave multiprocessors idle marked.
"""

import argparse
import functools
import math
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
LAUNCH_SECONDS = 5e-6


@dataclass(frozen=True)
class Card:
    """lanes: float32 multiply-adders of a multiprocessor; peaks as the maker states them, at boost clock."""

    name: str
    multiprocessors: int
    lanes: int
    teraflops: float
    gigabytes_per_second: float
    source: str


CARDS = (
    Card("Titan X (Pascal)", 28, 128, 10.97, 480, "product page"),
    Card("RTX 2080 Ti", 68, 64, 13.4, 616, "Turing architecture white paper"),
    Card("RTX 3060", 28, 128, 12.7, 360, "product page"),
    Card("A100 SXM 40 GB", 108, 64, 19.5, 1555, "A100 architecture white paper"),
    Card("RTX 4090", 128, 128, 82.6, 1008, "Ada architecture white paper"),
    Card("H100 SXM", 132, 128, 66.9, 3350, "H100 architecture white paper"),
)

# Multiply-adds among the instructions of the loop, on sm_80; of all others half is assumed, which memory hides.
SHARES = {
    "PixelProductWideGpuKernel": 0.877, "PixelProductNarrowGpuKernel": 0.866, "PixelProductSmallGpuKernel": 0.783,
    "WinogradMultiplyWideGpuKernel": 0.877, "WinogradMultiplyNarrowGpuKernel": 0.868,
    "WinogradMultiplySmallGpuKernel": 0.783, "GramForwardGpuSumsKernel": 0.818, "MatrixMultiplyGpuKernel": 0.783,
}
OTHER_SHARE = 0.5


@dataclass(frozen=True)
class Launch:
    operation: str
    name: str
    flop: float
    bytes: float
    kernel: str
    groups: int
    threads: int

    def on(self, card):
        """(seconds, what bounds it, how much of the card's multiprocessors it uses)"""
        busiest = math.ceil(self.groups / card.multiprocessors)
        used = self.groups / (busiest * card.multiprocessors)
        share = min(1, SHARES.get(self.kernel, OTHER_SHARE) * 128 / card.lanes)
        bounds = {"arithmetic": self.flop / (card.teraflops * 1e12 * share * used),
                  "memory": self.bytes / (card.gigabytes_per_second * 1e9 * used), "launch": LAUNCH_SECONDS}
        bound = max(bounds, key=bounds.get)
        return bounds[bound], bound, used


@functools.cache
def launches_of_step(program, emulator, multiprocessors, preset, optimizer, width, height):
    """What a step would launch on a card of so many multiprocessors."""
    with tempfile.NamedTemporaryFile() as trace:
        environment = os.environ | {
            "LD_LIBRARY_PATH": emulator, "CUDAEMU_RUN": "0", "CUDAEMU_TRACE": "1", "CUDAEMU_LOG": trace.name,
            "CUDAEMU_MULTIPROCESSORS": str(multiprocessors), "CUDAEMU_MEMORY_MIB": str(80 << 10)}
        listed = subprocess.run(
            ["dotnet", program, preset, optimizer, str(width), str(height)], env=environment, text=True, check=True,
            stdout=subprocess.PIPE).stdout.splitlines()
        traced = re.findall(
            r" ms  Kernel_(\S+) grid \((\d+), (\d+), (\d+)\) block \((\d+), 1, 1\)", Path(trace.name).read_text())
    launches = []
    for line, (kernel, x, y, z, threads) in zip(listed, traced[-len(listed):], strict=True):
        operation, name, flop, least_bytes = line.split("\t")
        launches.append(Launch(operation, name, float(flop), float(least_bytes), kernel, int(x) * int(y) * int(z),
                               int(threads)))
    return launches


def table(rows, header):
    print("| " + " | ".join(header) + " |\n|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def list_launches(launches, card):
    rows = []
    for launch in launches:
        seconds, bound, used = launch.on(card)
        rows.append([launch.operation, launch.name, str(launch.groups), f"{seconds * 1e6:.0f}", bound,
                     f"{100 * used:.0f} %" + (" idle" if used < 0.7 and seconds > 2 * LAUNCH_SECONDS else "")])
    table(rows, ["operation", "kernel", "groups", "us", "bound by", "multiprocessors used"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="gatys")
    parser.add_argument("--optimizer", default="adam", help="- for the preset's own")
    parser.add_argument("--sizes", default="512x384,1024x768,2048x1536")
    parser.add_argument("--card", help="part of a card's name: that one only")
    parser.add_argument("--launches", action="store_true", help="every launch of the first size on the first card")
    options = parser.parse_args()
    cards = [card for card in CARDS if (options.card or "").lower() in card.name.lower()]
    if not cards:
        sys.exit(f"No card's name contains '{options.card}': there are {', '.join(card.name for card in CARDS)}.")
    sizes = [tuple(map(int, size.split("x"))) for size in options.sizes.split(",")]
    subprocess.run(["dotnet", "build", BENCH / "Launches", "-c", "Release", "-v", "quiet"], check=True,
                   stdout=sys.stderr, cwd=ROOT)
    program = ROOT / "artifacts/bin/Launches/release/IlgpuStyle.Benchmarks.Launches.dll"
    emulator = subprocess.run([ROOT / "tests/CudaEmulator/build.sh"], check=True, text=True,
                              stdout=subprocess.PIPE).stdout.strip()
    rows = []
    for card in cards:
        row = [card.name, f"{card.teraflops:g}", f"{card.gigabytes_per_second:g}"]
        for width, height in sizes:
            launches = launches_of_step(
                program, emulator, card.multiprocessors, options.preset, options.optimizer, width, height)
            if options.launches:
                return list_launches(launches, card)
            times = [launch.on(card) for launch in launches]
            step = sum(seconds for seconds, _, _ in times)
            idle = sum(seconds * (1 - used) for seconds, bound, used in times if bound != "launch")
            row += [f"{step * 1e3:.1f} ms", f"{100 * idle / step:.0f} %"]
        rows.append(row)
    table(rows, ["card", "TFLOP/s", "GB/s"] + [f for w, h in sizes for f in (f"{w}×{h}", "idle")])


if __name__ == "__main__":
    main()
