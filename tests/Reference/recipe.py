#!/usr/bin/python3
"""Double-precision counterpart of `ilgpustyle evaluate`, `features`, `stylize` and `classify` for real pictures and
weights.

    recipe.py evaluate --content C --style S --weights F.h5 --preset P [--image X] [--pooling max|average]
                       [--gradient G.npy]
    recipe.py features --image X --weights F.h5 --layer block4_conv2 --output F.npy [--pooling max|average]
    recipe.py stylize  --content C --style S --weights F.h5 --preset P --iterations N --log LOG.csv [--output X.npy]
    recipe.py classify --image X --weights F.h5 [--output P.npy]      X of 224x224; P: the probability of every class

Pictures must have their final size already: nothing is resampled, so that a comparison is of numbers, not of resize
filters. The picture starts as the content. --size WxH states the size that the content must have.
"""

import argparse
import csv
import functools
import json
import sys
import time

import numpy
import torch
from PIL import Image

from recipes import PRESETS, Objective, optimise, optimise_strong_wolfe, with_pooling
import vgg19
from vgg19 import LAYERS, MEANS, Vgg19, read_weights


def read_picture(path, size=None):
    picture = Image.open(path).convert("RGB")
    if size not in (None, "%dx%d" % picture.size):
        sys.exit(f"{path} is {picture.width}x{picture.height}, not {size}; resize it first")
    return numpy.array(picture)


def objective_of(options):
    content = read_picture(options.content, options.size)
    styles, shares = zip(*((path, float(share or 1)) for path, _, share in (s.partition(":") for s in options.style)))
    preset = with_pooling(PRESETS[options.preset], options.pooling)
    objective = Objective(preset, read_weights(options.weights), content, [read_picture(style) for style in styles],
                          list(shares), getattr(torch, options.dtype))
    return objective, content


def save(path, tensor):
    numpy.save(path, tensor.permute(1, 2, 0).contiguous().float().numpy())


def evaluate(options):
    objective, content = objective_of(options)
    picture = content if options.image is None else read_picture(options.image, options.size)
    terms, gradient = objective.evaluate(objective.variable(picture))
    values = {name: getattr(terms, name).item() for name in ("loss", "content", "style", "total_variation")}
    values["layers"] = {layer: value.item() for layer, value in terms.layers.items()}
    json.dump(values, sys.stdout, indent=2)
    print()
    if options.gradient:
        save(options.gradient, gradient)


def features_of(options, layer):
    dtype = getattr(torch, options.dtype)
    network = Vgg19(read_weights(options.weights), dtype, options.pooling or "max")
    pixels = read_picture(options.image, options.size)[..., ::-1] - MEANS
    with torch.no_grad():
        return network.features(torch.tensor(pixels.transpose(2, 0, 1).copy(), dtype=dtype), {layer})[layer]


def features(options):
    save(options.output, features_of(options, options.layer))


def classify(options):
    probabilities = vgg19.classify(options.weights, features_of(options, "block5_pool"))
    best = numpy.argsort(-probabilities, kind="stable")[:5]
    json.dump([{"class": int(index), "probability": probabilities[index]} for index in best], sys.stdout, indent=2)
    print()
    if options.output:
        numpy.save(options.output, probabilities)


def stylize(options):
    objective, content = objective_of(options)
    loop = optimise
    if options.strong_wolfe:
        loop = optimise_strong_wolfe
    elif options.float32_picture:
        loop = functools.partial(optimise, stored=lambda variable: variable.float().to(variable.dtype))
    before = time.perf_counter()
    with open(options.log, "w", newline="") as file:
        log = csv.writer(file)
        log.writerow("iteration loss content style total_variation learning_rate milliseconds".split())
        steps = loop(objective, objective.variable(content), options.iterations)
        for iteration, (terms, rate, variable, _) in enumerate(steps):
            now = time.perf_counter()
            log.writerow([iteration, *(f"{getattr(terms, name).item():.9g}"
                                       for name in ("loss", "content", "style", "total_variation")),
                          f"{rate:.9g}", f"{1000 * (now - before):.9g}"])
            file.flush()
            before = now
    if options.output:
        save(options.output, variable)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for command in (evaluate, features, stylize, classify):
        options = commands.add_parser(command.__name__)
        options.set_defaults(command=command)
        options.add_argument("--weights", required=True)
        options.add_argument("--pooling", choices=("max", "average"))
        options.add_argument("--size", help="WxH that the picture must have")
        options.add_argument("--dtype", choices=("float64", "float32"), default="float64")
        if command is features:
            options.add_argument("--image", required=True)
            options.add_argument("--layer", choices=LAYERS, required=True)
            options.add_argument("--output", required=True)
            continue
        if command is classify:
            options.add_argument("--image", required=True)
            options.add_argument("--output")
            continue
        options.add_argument("--content", required=True)
        options.add_argument("--style", required=True, action="append", help="FILE or FILE:SHARE, repeatable")
        options.add_argument("--preset", choices=PRESETS, required=True)
        if command is evaluate:
            options.add_argument("--image")
            options.add_argument("--gradient")
        else:
            options.add_argument("--iterations", type=int, required=True)
            options.add_argument("--log", required=True)
            options.add_argument("--output")
            variants = options.add_mutually_exclusive_group()
            variants.add_argument("--strong-wolfe", action="store_true", help="L-BFGS with a line search")
            variants.add_argument("--float32-picture", action="store_true",
                                  help="round the picture to float32 between steps, and nothing else")
    options = parser.parse_args()
    options.command(options)


if __name__ == "__main__":
    main()
