"""Writes small VGG19 weight files in each layout that Keras has used, and faulty ones, with h5py.

Every dataset has its full VGG19 shape, but is chunked and only its first chunk is stored; the rest is the
fill value, so that a file of 80 MB of numbers takes a few tens of KiB, and a few when gzipped, which it is.
With n the layer's number (0 to 15; 16 to 18 for the dense top), a kernel holds, for its first 4 input and
8 output channels (or inputs and outputs of a dense layer, where h = w = 0),

    kernel[h, w, i, o] = ((7 h + 5 w + 3 i + o + n) mod 64 - 32) / 64,

elsewhere n / 64, and bias[o] = (o mod 128) / 64 - n / 64, all exact in float16. Others only in colors_top.h5: see there.

    python3 make_weight_files.py        # needs h5py; writes into this folder
"""

import gzip
import pathlib
import tempfile

import h5py
import numpy as np

HERE = pathlib.Path(__file__).parent
CHANNELS = [("block1", 2, 64), ("block2", 2, 128), ("block3", 4, 256), ("block4", 4, 512), ("block5", 4, 512)]


def layers(top=False):
    """Yields (name, kernel shape) in order; pools and other layers without weights have shape None."""
    inputs = 3
    yield "input_1", None
    for block, count, outputs in CHANNELS:
        for number in range(1, count + 1):
            yield f"{block}_conv{number}", (3, 3, inputs, outputs)
            inputs = outputs
        yield f"{block}_pool", None
    if top:
        yield "flatten", None
        yield "fc1", (25088, 4096)
        yield "fc2", (4096, 4096)
        yield "predictions", (4096, 1000)


def pattern(shape, number):
    """The part of a kernel that is not its fill value."""
    h, w, i, o = np.indices((shape[0], shape[1]) + (min(shape[2], 4), 8) if len(shape) == 4 else (1, 1, 4, 8))
    values = ((7 * h + 5 * w + 3 * i + o + number) % 64 - 32) / 64
    return values if len(shape) == 4 else values[0, 0]


def add_kernel(group, name, shape, number, dtype, theano=False):
    values = pattern(shape, number)
    chunks = tuple(min(extent, 64) for extent in shape) if len(shape) == 4 else (64, shape[1])
    if theano:
        shape, chunks = ((extents[3], extents[2], *extents[:2]) for extents in (shape, chunks))
        values = values.transpose(3, 2, 0, 1)
    data = group.create_dataset(name, shape, dtype, chunks=chunks, fillvalue=number / 64,
                                compression="gzip", shuffle=True)
    data[tuple(slice(extent) for extent in values.shape)] = values


def add_bias(group, name, count, number, dtype):
    values = np.arange(count) % 128 / 64 - number / 64
    group.create_dataset(name, data=values.astype(dtype), compression="gzip")


def fixed(names):
    return np.array([name.encode() for name in names], dtype=f"S{max(map(len, names))}") if names else np.array([])


def variable(names):
    return np.array(names, dtype=h5py.string_dtype()) if names else np.array([])


def write_named(path, root, suffixes, dtype, strings, top=False, split=False, edit=None, theano=False, libver=None):
    """Layouts with layer_names and weight_names; suffixes make a dataset's name from its layer's."""
    with h5py.File(path, "w", libver=libver) as file:
        target = file.create_group(root) if root else file
        names = [name for name, _ in layers(top)]
        if edit == "layer_missing":
            names.remove("block3_conv4")
        if split:
            target.attrs["layer_names0"], target.attrs["layer_names1"] = strings(names[:9]), strings(names[9:])
        else:
            target.attrs["layer_names"] = strings(names)
        number = 0
        for name, shape in layers(top):
            if name not in names:
                continue
            group = target.create_group(name)
            if shape is None:
                group.attrs["weight_names"] = strings([])
                continue
            kernel, bias = (name + suffix for suffix in suffixes)
            group.attrs["weight_names"] = strings([kernel, bias])
            if edit == "wrong_shape" and name == "block2_conv1":
                shape = (3, 3, 64, 127)
            add_kernel(group, kernel, shape, number, dtype, theano)
            wrong_bias = edit == "wrong_bias" and name == "block2_conv1"
            add_bias(group, bias, 127 if wrong_bias else shape[-1], number, dtype)
            if edit == "not_finite" and name == "block4_conv2":
                group[kernel][2, 1, 3, 5] = np.nan
            number += 1
        if edit == "keras2":
            target.attrs["backend"], target.attrs["keras_version"] = "tensorflow", "2.9.0"


def write_numbered(path, root, named=False):
    """Layout of .weights.h5; with names the groups' numbers run backwards, so that only the names are right."""
    with h5py.File(path, "w") as file:
        convolutions = [(name, shape) for name, shape in layers() if shape]
        for number, (name, shape) in enumerate(convolutions):
            place = len(convolutions) - 1 - number if named else number
            variables = file.create_group(f"{root}/conv2d{f'_{place}' if place else ''}/vars")
            if named:
                variables.attrs["name"] = name
            add_kernel(variables, "0", shape, number, "f4")
            add_bias(variables, "1", shape[-1], number, "f4")


def write_colors(path):
    """Weights that classify a flat picture by its colour: 1 carries blue, green and red, less their means, from layer to
    layer, fc1 takes them in row 2, column 3, and 1/50 of them are the logits of classes 5, 3 and 7; all else is 0."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = fixed([name for name, _ in layers(top=True)])
        for name, shape in layers(top=True):
            group = file.create_group(name)
            group.attrs["weight_names"] = fixed([f"{name}_W", f"{name}_b"] if shape else [])
            if shape is None:
                continue
            chunks = tuple(min(extent, 64) for extent in shape) if len(shape) == 4 else (64, shape[1])
            kernel = group.create_dataset(f"{name}_W", shape, "<f4", chunks=chunks, compression="gzip")
            group.create_dataset(f"{name}_b", data=np.zeros(shape[-1], "<f4"), compression="gzip")
            for color, category in enumerate((5, 3, 7)):
                if len(shape) == 4:
                    kernel[1, 1, color, color] = 1
                elif name == "fc1":
                    kernel[(2 * 7 + 3) * 512 + color, color] = 1
                else:
                    kernel[color, color if name == "fc2" else category] = 1 if name == "fc2" else 1 / 50


def write_all(folder):
    old, new, bare = ("_W_1:0", "_b_1:0"), ("/kernel:0", "/bias:0"), ("/kernel", "/bias")
    write_named(folder / "keras1.h5", "", old, "<f4", fixed)
    write_named(folder / "keras1_top.h5", "", old, "<f4", fixed, top=True)
    write_colors(folder / "colors_top.h5")
    write_named(folder / "keras2.h5", "", new, "<f2", variable, edit="keras2", split=True)
    write_named(folder / "whole_model.h5", "model_weights", bare, "<f8", variable, libver="latest")
    write_named(folder / "big_endian.h5", "", new, ">f2", fixed)
    write_numbered(folder / "keras3.weights.h5", "layers")
    write_numbered(folder / "keras3_named.weights.h5", "layers", named=True)
    write_numbered(folder / "keras2.weights.h5", "_layer_checkpoint_dependencies")
    write_named(folder / "theano.h5", "", old, "<f4", fixed, theano=True)
    for fault in ("layer_missing", "wrong_shape", "wrong_bias", "not_finite"):
        write_named(folder / f"{fault}.h5", "", old, "<f4", fixed, edit=fault)
    with h5py.File(folder / "integers.h5", "w") as file:
        file.attrs["layer_names"] = fixed(["block1_conv1"])
        group = file.create_group("block1_conv1")
        group.attrs["weight_names"] = fixed(["W", "b"])
        group["W"], group["b"] = np.zeros((3, 3, 3, 64), "i1"), np.zeros(64, "f4")
    with h5py.File(folder / "no_layout.h5", "w") as file:
        file["picture"] = np.zeros((2, 2))


def main():
    with tempfile.TemporaryDirectory() as folder:
        write_all(pathlib.Path(folder))
        for file in pathlib.Path(folder).iterdir():
            (HERE / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))


if __name__ == "__main__":
    main()
