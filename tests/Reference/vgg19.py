"""VGG19 (Simonyan and Zisserman 2015) by Keras's layer names, for any floating type; its dense top in double."""

import numpy
import torch
from torch.nn import functional

CONVOLUTIONS_PER_BLOCK = (2, 2, 4, 4, 4)
LAYERS = [f"block{block}_{layer}" for block, count in enumerate(CONVOLUTIONS_PER_BLOCK, 1)
          for layer in [f"conv{i}" for i in range(1, count + 1)] + ["pool"]]
CONVOLUTIONS = [layer for layer in LAYERS if "conv" in layer]
DENSE = ("fc1", "fc2", "predictions")

# Means of ImageNet's training pictures, blue, green, red, in levels of 0..255.
MEANS = numpy.array([103.939, 116.779, 123.68])


def binomial_pool(x):
    """C x H x W: averages of 4 x 4 with weights (1, 3, 3, 1) / 8 in both directions, centred where a 2 x 2 pool's windows
    are, the edge repeated outside."""
    height, width = (size // 2 * 2 for size in x.shape[1:])
    weights = torch.tensor([1, 3, 3, 1], dtype=x.dtype) / 8
    padded = functional.pad(x[None], (1, 1, 1, 1), "replicate")[0, :, :height + 2, :width + 2]
    for axis in (1, 2):
        padded = (padded.unfold(axis, 4, 2) * weights).sum(-1)
    return padded


class Vgg19:
    """weights maps each convolution to (kernel 3 x 3 x Cin x Cout, bias); pooling is "max", "average" or "binomial".

    average_scale multiplies what pooling by averages gives; replicate_first pads the first convolution by replication
    instead of zeros.
    """

    def __init__(self, weights, dtype, pooling, average_scale=1.0, replicate_first=False):
        self.weights = {layer: (torch.as_tensor(kernel, dtype=dtype).permute(3, 2, 0, 1).contiguous(),
                                torch.as_tensor(bias, dtype=dtype))
                        for layer, (kernel, bias) in weights.items()}
        self.pooling, self.average_scale, self.replicate_first = pooling, average_scale, replicate_first

    def features(self, picture, layers):
        """Outputs (C x H x W) of the named layers for a 3 x H x W picture, BGR minus means; a convolution's output is
        taken after its ReLU."""
        missing, found, x = set(layers), {}, picture[None]
        for layer in LAYERS:
            if not missing:
                break
            x = self._pool(x) if layer.endswith("pool") else self._convolve(x, layer)
            if layer in missing:
                found[layer] = x[0]
                missing.remove(layer)
        if missing:
            raise ValueError(f"VGG19 has no layer {sorted(missing)[0]}; it has {', '.join(LAYERS)}")
        return found

    def _pool(self, x):
        if self.pooling == "max":
            return functional.max_pool2d(x, 2)
        if self.pooling == "binomial":
            return binomial_pool(x[0])[None] * self.average_scale
        return functional.avg_pool2d(x, 2) * self.average_scale

    def _convolve(self, x, layer):
        padding = 1
        if self.replicate_first and layer == LAYERS[0]:
            x, padding = functional.pad(x, (1, 1, 1, 1), "replicate"), 0
        return functional.conv2d(x, *self.weights[layer], padding=padding).relu_()


def read_weights(path):
    """Kernels and biases from a Keras .h5 file: save_weights of Keras 1 to 3, a whole saved model, .weights.h5."""
    import h5py

    with h5py.File(path) as file:
        weights = {}
        for layer in CONVOLUTIONS:
            kernel, bias = (dataset[()] for dataset in open_layer(file, layer))
            if kernel.shape[:2] != (3, 3) or bias.shape != kernel.shape[3:]:
                raise ValueError(f"{path}: {layer} has a kernel of {kernel.shape} and a bias of {bias.shape}")
            weights[layer] = kernel, bias
        return weights


def classify(path, features, rows_at_once=2048):
    """Probabilities of the classes for block5_pool's features (C x H x W), by the dense top of a Keras .h5 file."""
    import h5py

    x = features.permute(1, 2, 0).reshape(-1).double().numpy()
    with h5py.File(path) as file:
        for layer in DENSE:
            kernel, bias = open_layer(file, layer)
            x = bias[()] + sum(x[row:row + rows_at_once] @ kernel[row:row + rows_at_once].astype(numpy.float64)
                               for row in range(0, len(x), rows_at_once))
            if layer != DENSE[-1]:
                x = numpy.maximum(x, 0)
    exponentials = numpy.exp(x - x.max())
    return exponentials / exponentials.sum()


def open_layer(file, layer):
    """The datasets of a layer's kernel and bias."""
    root = file.get("model_weights", file)
    if "layer_names" in root.attrs:
        return [root[layer][name] for name in root[layer].attrs["weight_names"]]
    kind, index = ("dense", DENSE.index(layer)) if layer in DENSE else ("conv2d", CONVOLUTIONS.index(layer))
    variables = root["layers"][kind + (f"_{index}" if index else "")]["vars"]
    return [variables["0"], variables["1"]]
