#!/usr/bin/python3
"""Compares the program with the double-precision references on real pictures and weights.

    compare.py --program "dotnet run --project src/App --" --weights F.h5 --content C.png --style S.png
               [--presets keras,balanced] [--poolings preset,max,average] [--checks evaluate,features,stylize]
               [--steps 20] [--float32] [--work DIR]

Both pictures must have the size to be compared at: nothing is resampled. One line per quantity: its relative
difference, the bound that it must keep (none where the recipe is chaotic) and ok or FAILED; exit code 1 if any failed.
--float32 also says what float32 costs others over the steps: PyTorch, and double precision whose picture alone is
rounded to float32 between steps. What the references found is kept in DIR and used again, so that only the first
comparison waits for them.
"""

import argparse
import csv
import hashlib
import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from PIL import Image

from recipes import PRESETS
from vgg19 import LAYERS

TERM_BOUND = 1e-4
GRADIENT_BOUND = 1e-3
FEATURE_BOUND = 1e-4
# A term below this share of the loss is compared with this share: content at the start is rounding and nothing else.
NEGLIGIBLE = 1e-6
TERMS = ("loss", "content", "style", "total_variation")


def trace_bound(preset, pooling, width, height):
    """(bound, rows it holds for) of the losses over 20 steps, or None where float32 itself leaves no common trace:
    plain SGD at rate 100 with max pooling is chaotic on small pictures."""
    effective = pooling or PRESETS[preset].pooling
    if preset == "keras" and effective == "max":
        return (5e-3, 20) if width * height >= 400 * 533 else None
    if preset in ("keras", "balanced"):
        return 1e-4, 20
    return 1e-3, 10 if preset.startswith("gatys") else 20


class Verdicts:
    """Prints a line per quantity and counts the failures."""

    def __init__(self):
        self.failures = 0

    def report(self, name, difference, bound):
        failed = bound is not None and not difference <= bound
        self.failures += failed
        verdict = "FAILED" if failed else "ok" if bound is not None else ""
        print(f"{name:60} {difference:9.2e}  {'' if bound is None else f'{bound:.0e}':>6}  {verdict}", flush=True)

    def end(self):
        print(f"{self.failures} failed")
        sys.exit(self.failures > 0)


class Comparison(Verdicts):
    def __init__(self, options):
        super().__init__()
        self.options = options
        self.work = Path(options.work)
        self.work.mkdir(parents=True, exist_ok=True)
        # Ours lies apart, so that comparisons may run side by side and share what the references found.
        self.outputs = tempfile.TemporaryDirectory()
        self.ours_at = Path(self.outputs.name)
        with Image.open(options.content) as picture:
            self.width, self.height = picture.size

    def ours(self, *arguments):
        """Standard output of the program; a preset of several scales runs at its last alone, as the references do."""
        if "multiscale" in arguments:
            arguments = [*arguments, "--coarsest", 0]
        command = shlex.split(self.options.program) + [*map(str, arguments), "--weights", self.options.weights]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{shlex.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def reference(self, output_option, suffix, *arguments):
        """Standard output and output file of recipe.py, from an earlier comparison where there was one."""
        arguments = [*map(str, arguments), "--weights", self.options.weights]
        key = hashlib.sha256("\0".join(arguments).encode()).hexdigest()[:16]
        printed, written = (self.work / f"reference_{arguments[0]}_{key}{end}" for end in (".out", suffix))
        if not printed.exists():
            script = Path(__file__).with_name("recipe.py")
            partial = written.with_name("partial_" + written.name)
            done = subprocess.run([sys.executable, script, *arguments, output_option, partial], check=True, text=True,
                                  stdout=subprocess.PIPE)
            partial.rename(written)
            printed.write_text(done.stdout)
        return printed.read_text(), written

    def pictures(self, preset, pooling):
        """What both are told about a run."""
        return ["--content", self.options.content, "--style", self.options.style, "--preset", preset,
                "--size", f"{self.width}x{self.height}", *pooling_option(pooling)]

    def evaluate(self, preset, pooling):
        """At the content and at the style picture: there the content term counts."""
        for at in ("content", "style"):
            name = f"evaluate {preset} {pooling or ''} at the {at}"
            arguments = ["evaluate", *self.pictures(preset, pooling), "--image", getattr(self.options, at)]
            gradient = self.ours_at / "gradient.npy"
            actual = json.loads(self.ours(*arguments, "--gradient", gradient))
            printed, expected_gradient = self.reference("--gradient", ".npy", *arguments)
            expected = json.loads(printed)
            for term in TERMS:
                self.report(f"{name}: {term}", term_difference(actual, expected, term), TERM_BOUND)
            for layer, value in expected["layers"].items():
                self.report(f"{name}: {layer}", abs(actual["layers"][layer] - value)
                            / max(abs(value), NEGLIGIBLE * expected["loss"]), TERM_BOUND)
            self.report(f"{name}: gradient", *relative_norm(gradient, expected_gradient), GRADIENT_BOUND)

    def features(self, pooling):
        for layer in LAYERS:
            arguments = ["features", "--image", self.options.content, "--layer", layer]
            output = self.ours_at / "features.npy"
            self.ours(*arguments, *pooling_option(pooling), "--output", output)
            _, expected = self.reference(
                "--output", ".npy", *arguments, "--size", f"{self.width}x{self.height}", *pooling_option(pooling))
            self.report(f"features {pooling or ''} {layer}", *relative_norm(output, expected), FEATURE_BOUND)

    def stylize(self, preset, pooling):
        """The losses over the steps, and the same bits when run twice."""
        name = f"stylize {preset} {pooling or ''}"
        arguments = ["stylize", *self.pictures(preset, pooling), "--iterations", self.options.steps]
        logs, results = [], []
        for attempt in (1, 2):
            log, picture = self.ours_at / f"log{attempt}.csv", self.ours_at / f"picture{attempt}.png"
            self.ours(*arguments, "--start", "content", "--log", log, "--output", picture, "--quiet")
            logs.append(read_log(log))
            results.append(picture.read_bytes())
        _, expected_log = self.reference("--log", ".csv", *arguments)
        expected = read_log(expected_log)
        if len(logs[0]) != len(expected):
            sys.exit(f"{name}: {len(logs[0])} rows in the log, {len(expected)} in the reference")
        bound, rows = trace_bound(preset, pooling, self.width, self.height) or (None, len(expected))
        rows = min(rows, len(expected))
        for term in (*TERMS, "learning_rate"):
            self.report(f"{name}: {term}, first {rows} steps", trace_difference(logs[0], expected, term, rows), bound)
        if self.options.float32:
            for whose, variant in (("PyTorch's float32", ["--dtype", "float32"]),
                                   ("double precision, its picture in float32", ["--float32-picture"])):
                _, log = self.reference("--log", ".csv", *arguments, *variant)
                self.report(f"{name}: loss, {whose}", trace_difference(read_log(log), expected, "loss", rows), None)
        same = logs[0] == logs[1] and results[0] == results[1]
        self.report(f"{name}: the same bits twice", 0.0 if same else 1.0, 0.0)


def pooling_option(pooling):
    return [] if pooling is None else ["--pooling", pooling]


def term_difference(actual, expected, term):
    return abs(actual[term] - expected[term]) / max(abs(expected[term]), NEGLIGIBLE * expected["loss"])


def trace_difference(actual, expected, term, rows):
    return max(term_difference(*pair, term) for pair in zip(actual[:rows], expected))


def relative_norm(actual_path, expected_path):
    """A tuple of one: the relative L2 norm of the difference, or infinity for another shape."""
    actual, expected = (numpy.load(path).astype(float) for path in (actual_path, expected_path))
    if actual.shape != expected.shape:
        return float("inf"),
    return numpy.linalg.norm(actual - expected) / numpy.linalg.norm(expected),


def read_log(path):
    with open(path, newline="") as file:
        return [{name: float(value) for name, value in row.items() if name != "milliseconds"}
                for row in csv.DictReader(file)]


def parser_of_comparisons(description):
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the command of ilgpustyle, one string")
    parser.add_argument("--weights", required=True)
    parser.add_argument("--content", required=True)
    parser.add_argument("--style", required=True)
    parser.add_argument("--steps", type=int, default=20)
    return parser


def main():
    parser = parser_of_comparisons(__doc__)
    parser.add_argument("--presets", default="keras,balanced")
    parser.add_argument("--poolings", default="preset", help="of: preset, max, average")
    parser.add_argument("--checks", default="evaluate,features,stylize")
    parser.add_argument("--float32", action="store_true")
    parser.add_argument("--work", default="comparison")
    comparison = Comparison(options := parser.parse_args())
    checks = options.checks.split(",")
    for pooling in (None if name == "preset" else name for name in options.poolings.split(",")):
        for preset in options.presets.split(","):
            if "evaluate" in checks:
                comparison.evaluate(preset, pooling)
            if "stylize" in checks:
                comparison.stylize(preset, pooling)
        if "features" in checks:
            comparison.features(pooling)
    comparison.end()


if __name__ == "__main__":
    main()
