#!/usr/bin/python3
"""Compares the program with real Keras: files that Keras wrote, features, classes, its SGD and its Adam.

    compare_keras.py --program "dotnet run --project src/App --" --weights F.h5 --content C.png --style S.png
                     [--checks features,classify,stylize] [--steps 20] [--work DIR]

Needs Keras 3 on PyTorch (KERAS_BACKEND=torch), h5py and Pillow. Both pictures must have the size to be compared at.
Keras computes in float32, as the program does. One line per quantity: its relative difference, the bound that it must
keep (none where the recipe is chaotic) and ok or FAILED; exit code 1 if any failed.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402

import losses  # noqa: E402
from compare import (  # noqa: E402
    FEATURE_BOUND, TERMS, Verdicts, parser_of_comparisons, read_log, relative_norm, trace_bound, trace_difference)
from recipes import PRESETS, STYLE_LAYERS  # noqa: E402
from vgg19 import LAYERS, MEANS  # noqa: E402

PROBABILITY_BOUND = 1e-4


class KerasComparison(Verdicts):
    def __init__(self, options):
        super().__init__()
        self.options = options
        self.content, self.style = (numpy.array(Image.open(path).convert("RGB"))
                                    for path in (options.content, options.style))
        self.network = keras.applications.VGG19(include_top=False, weights=options.weights)

    def ours(self, *arguments):
        command = shlex.split(self.options.program) + [*map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{shlex.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def at(self, name):
        return Path(self.options.work) / name

    def features(self):
        """Every layer by the file that both read, and the last one by every file that Keras writes of it."""
        model = keras.Model(self.network.input, {name: self.network.get_layer(name).output for name in LAYERS})
        with torch.no_grad():
            expected = model(keras.applications.vgg19.preprocess_input(self.content[None].astype(numpy.float32)))
        for layer, values in expected.items():
            numpy.save(self.at(f"{layer}.npy"), values[0].cpu().numpy())
            self.compare_features(f"features {layer}", layer, self.options.weights)
        for file in self.written_by_keras():
            self.compare_features(f"features {LAYERS[-1]} of {file.name}", LAYERS[-1], file)

    def compare_features(self, name, layer, weights):
        output = self.at("features.npy")
        self.ours("features", "--image", self.options.content, "--layer", layer, "--weights", weights,
                  "--output", output)
        self.report(name, *relative_norm(output, self.at(f"{layer}.npy")), FEATURE_BOUND)

    def written_by_keras(self):
        self.network.save(whole := self.at("whole_model.h5"))
        self.network.save_weights(weights := self.at("model.weights.h5"))
        return whole, weights, self.compressed(whole, "float32"), self.compressed(weights, "float64")

    def compressed(self, path, dtype):
        """A copy whose kernels and biases are compressed and of another type."""
        copy = path.with_name(f"compressed_{dtype}_{path.name}")
        with h5py.File(path) as source, h5py.File(copy, "w") as target:
            def visit(name, item):
                if isinstance(item, h5py.Dataset):
                    created = target.create_dataset(name, data=item[()].astype(dtype), compression="gzip")
                else:
                    created = target.require_group(name)
                created.attrs.update(item.attrs)
            target.attrs.update(source.attrs)
            source.visititems(visit)
        return copy

    def classify(self):
        """A dense top of random weights, its last layer drawn so that several classes are likely."""
        model = keras.applications.VGG19(weights=None)
        generator = numpy.random.default_rng(0)
        for layer in model.layers:
            if isinstance(layer, keras.layers.Dense):
                shape = layer.kernel.shape
                scale = 3e-3 if layer.name == "predictions" else (2 / shape[0]) ** 0.5
                layer.set_weights([generator.standard_normal(shape, numpy.float32) * numpy.float32(scale),
                                   generator.standard_normal(shape[1], numpy.float32) * numpy.float32(0.1)])
            elif layer.get_weights():
                layer.set_weights(self.network.get_layer(layer.name).get_weights())
        picture = self.at("classified.png")
        pixels = Image.fromarray(self.content).resize((224, 224))
        pixels.save(picture)
        expected = model.predict(
            keras.applications.vgg19.preprocess_input(numpy.array(pixels)[None].astype(numpy.float32)), verbose=0)[0]
        for name, write in (("top.h5", model.save), ("top.weights.h5", model.save_weights)):
            write(file := self.at(name))
            found = json.loads(self.ours("classify", picture, "--weights", file, "--json"))
            best = numpy.argsort(-expected, kind="stable")[:len(found)]
            difference = max(abs(c["probability"] - expected[c["class"]]) for c in found)
            self.report(f"classify by {name}: probabilities up to {expected.max():.3f}", difference, PROBABILITY_BOUND)
            same = [c["class"] for c in found] == best.tolist()
            self.report(f"classify by {name}: the likeliest classes", 0.0 if same else 1.0, 0.0)
            file.unlink()

    def stylize(self, preset_name, optimizer, pooling=None):
        """The losses over the steps of Keras's optimizer on the recipe's loss."""
        recipe = PRESETS[preset_name]
        height, width, _ = self.content.shape
        layers = [recipe.content_layer, *STYLE_LAYERS]
        network = self.network if pooling is None else with_average_pooling(self.network)
        model = keras.Model(network.input, {name: network.get_layer(name).output for name in layers})

        def features(variable):
            pixels = variable if recipe.variable == "bgr" else keras.applications.vgg19.preprocess_input(255 * variable)
            return {name: output[0].permute(2, 0, 1) for name, output in model(pixels[None]).items()}

        def as_variable(picture):
            pixels = torch.tensor(picture.astype(numpy.float32))
            return pixels.flip(2) - torch.tensor(MEANS, dtype=torch.float32) if recipe.variable == "bgr" \
                else pixels / 255

        compare = {"sum": losses.squared_error_sum, "mean": losses.squared_error_mean}

        def terms(variable):
            found = features(variable)
            content = recipe.content_weight * compare[recipe.content_reduction](
                found[recipe.content_layer], content_target)
            style = 0
            for layer, weight in zip(STYLE_LAYERS, recipe.style_weights):
                channels, rows, columns = found[layer].shape
                factor = recipe.style_factor(channels, rows * columns, height * width)
                style += weight * factor * compare[recipe.style_reduction](
                    losses.gram(found[layer], recipe.gram_normalisation), style_targets[layer])
            variation = recipe.total_variation_weight * recipe.total_variation(variable.permute(2, 0, 1))
            return {"loss": content + style + variation, "content": content, "style": style,
                    "total_variation": variation}

        with torch.no_grad():
            content_target = features(as_variable(self.content))[recipe.content_layer]
            style_targets = {layer: losses.gram(values, recipe.gram_normalisation)
                             for layer, values in features(as_variable(self.style)).items() if layer in STYLE_LAYERS}
        picture = keras.Variable(as_variable(self.content))
        expected = []
        for _ in range(self.options.steps):
            found = terms(picture.value)
            expected.append({term: value.item() for term, value in found.items()})
            gradient, = torch.autograd.grad(found["loss"], picture.value)
            with torch.no_grad():
                optimizer.apply([gradient], [picture])
                if recipe.clip:
                    picture.assign(keras.ops.clip(picture, 0, 1))

        log = self.at("log.csv")
        self.ours("stylize", "--content", self.options.content, "--style", self.options.style, "--preset", preset_name,
                  "--size", f"{width}x{height}", "--iterations", self.options.steps, "--start", "content", "--log", log,
                  "--weights", self.options.weights, "--output", self.at("picture.png"), "--quiet",
                  *([] if pooling is None else ["--pooling", pooling]))
        bound, _ = trace_bound(preset_name, pooling, width, height) or (None, 0)
        for term in TERMS:
            self.report(f"stylize {preset_name} {pooling or ''}: {term}, {len(expected)} steps of Keras's "
                        f"{type(optimizer).__name__}",
                        trace_difference(read_log(log), expected, term, len(expected)), bound)


def with_average_pooling(network):
    def clone(layer):
        if isinstance(layer, keras.layers.MaxPooling2D):
            return keras.layers.AveragePooling2D(2, 2, name=layer.name)
        return type(layer).from_config(layer.get_config())

    averaging = keras.models.clone_model(network, clone_function=clone)
    averaging.set_weights(network.get_weights())
    return averaging


def main():
    parser = parser_of_comparisons(__doc__)
    parser.add_argument("--checks", default="features,classify,stylize")
    parser.add_argument("--work", help="where files are written; a temporary folder unless given")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        options.work = options.work or temporary
        Path(options.work).mkdir(parents=True, exist_ok=True)
        comparison = KerasComparison(options)
        print(f"Keras {keras.__version__} on PyTorch {torch.__version__}")
        checks = options.checks.split(",")
        if "features" in checks:
            comparison.features()
        if "classify" in checks:
            comparison.classify()
        if "stylize" in checks:
            for pooling in (None, "average"):
                rate = keras.optimizers.schedules.ExponentialDecay(100.0, 100, 0.96)
                comparison.stylize("keras", keras.optimizers.SGD(rate), pooling)
            comparison.stylize("tensorflow", keras.optimizers.Adam(0.02, beta_1=0.99, epsilon=0.1))
        comparison.end()


if __name__ == "__main__":
    main()
