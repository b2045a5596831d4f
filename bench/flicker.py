#!/usr/bin/python3
"""Measures how a film flickers: frames of a slow pan, stylized one by one and each from the result before it.

    flicker.py [--content PICTURE] [--style PICTURE] [--frames 8] [--step 2] [--size 128] [-- OPTIONS OF STYLIZE]

Flicker is the mean difference of neighbouring results over that of the frames: 1 where results change as the frames do.
Neighbours are also compared with the pan undone, where the frames differ by nothing, in levels of 0..255. The pan moves
by whole pixels. Debian: python3-numpy python3-pil.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]


def pan(picture, folder, frames, step, size):
    """Crops of size × ¾ size of the picture, scaled so that they fit, each step pixels further to the right."""
    folder.mkdir()
    with Image.open(picture) as file:
        source = file.convert("RGB")
    height = size * 3 // 4
    factor = max(height / source.height, (size + step * (frames - 1)) / source.width)
    source = source.resize((round(source.width * factor), round(source.height * factor)), Image.LANCZOS)
    for frame in range(frames):
        source.crop((frame * step, 0, frame * step + size, height)).save(folder / f"{frame + 1}.png")


def load(folder, frames):
    return numpy.stack([
        numpy.asarray(Image.open(folder / f"{frame + 1}.png").convert("RGB"), dtype=float) for frame in range(frames)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--content", type=Path, default=ROOT / "samples" / "landscape.png")
    parser.add_argument("--style", type=Path, default=ROOT / "samples" / "painting.png")
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--step", type=int, default=2, help="pixels from frame to frame")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--keep", type=Path, help="a new folder for frames and results")
    parser.add_argument("options", nargs="*", help="of stylize")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary) / "film"
        folder.mkdir()
        pan(options.content, folder / "frames", options.frames, options.step, options.size)
        frames = load(folder / "frames", options.frames)
        moved = numpy.abs(numpy.diff(frames, axis=0)).mean()
        print(f"{options.frames} frames, neighbours differ by {moved:.2f} levels")
        for name, more in {"each by itself": [], "--start previous": ["--start", "previous"]}.items():
            results = folder / name.replace("-", "").replace(" ", "-")
            subprocess.run([
                ROOT / "run.sh", "stylize", "--quiet", "--content", folder / "frames", "--style", options.style,
                "--output", results, "--size", f"{frames.shape[2]}x{frames.shape[1]}", *more, *options.options],
                check=True, stdout=subprocess.DEVNULL)
            film = load(results, options.frames)
            flicker = numpy.abs(numpy.diff(film, axis=0)).mean() / moved
            still = numpy.abs(film[1:, :, :-options.step] - film[:-1, :, options.step:]).mean()
            print(f"{name:18} flicker {flicker:.3f}, with the pan undone {still:.2f} levels")


if __name__ == "__main__":
    sys.exit(main())
