#!/usr/bin/python3
"""Measures how far a lattice stands out in pictures: a fine weave of rows and columns.

    lattice.py CONTENT RESULT...

Luma is cut into patches of 32x32 pixels behind Hann's window, half of each over the next, and the patches' power
spectra are added up: of all, of the flattest and of the darkest fifth of the content's. A lattice's waves run along
rows and columns, those of strokes and noise in all directions. So printed is the power where both axes have a period,
over that of waves as long in other directions, and in brackets the content's own. Debian: python3-numpy python3-pil.
"""

import argparse

import numpy
from PIL import Image

PATCH = 32
CYCLES = (8, 10, 12, 14)
WINDOW = numpy.outer(numpy.hanning(PATCH + 1)[:PATCH], numpy.hanning(PATCH + 1)[:PATCH])
ALONG = numpy.abs(numpy.fft.fftfreq(PATCH, 1 / PATCH))
ROWS, COLUMNS = numpy.meshgrid(ALONG, ALONG, indexing="ij")


def luma(path, size=None):
    with Image.open(path) as file:
        picture = file.convert("RGB")
    if size not in (None, picture.size):
        picture = picture.resize(size, Image.BICUBIC)
    return numpy.asarray(picture, dtype=float) @ [0.299, 0.587, 0.114]


def patches(picture):
    height, width = picture.shape
    return numpy.stack([picture[y:y + PATCH, x:x + PATCH]
                        for y in range(0, height - PATCH + 1, PATCH // 2)
                        for x in range(0, width - PATCH + 1, PATCH // 2)])


def lattice(cut):
    """The strength at each of CYCLES, patches' spectra added up."""
    means = cut.mean(axis=(1, 2), keepdims=True)
    power = (numpy.abs(numpy.fft.fft2((cut - means) * WINDOW)) ** 2).sum(axis=0)
    strengths = []
    for cycles in CYCLES:
        axes = ((abs(ROWS - cycles) <= 1) & (COLUMNS <= 1)) | ((abs(COLUMNS - cycles) <= 1) & (ROWS <= 1))
        others = (abs(numpy.hypot(ROWS, COLUMNS) - cycles) <= 1) & (ROWS > 2) & (COLUMNS > 2)
        strengths.append(power[axes].mean() / power[others].mean())
    return strengths


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content")
    parser.add_argument("results", nargs="+")
    options = parser.parse_args()
    for path in options.results:
        result = luma(path)
        content = patches(luma(options.content, result.shape[::-1]))
        result = patches(result)
        fifth = max(1, len(content) // 5)
        print(f"{path}\n{'period':>18}" + "".join(f"{PATCH / cycles:14.2f}" for cycles in CYCLES))
        for name, chosen in {
            "all": slice(None),
            "flattest fifth": numpy.argsort(content.var(axis=(1, 2)))[:fifth],
            "darkest fifth": numpy.argsort(content.mean(axis=(1, 2)))[:fifth],
        }.items():
            pairs = zip(lattice(result[chosen]), lattice(content[chosen]))
            print(f"{name:>18}" + "".join(f"{here:7.2f} ({there:4.2f})" for here, there in pairs))


if __name__ == "__main__":
    main()
