#!/usr/bin/python3
"""Times one `keras` iteration in PyTorch, a peer of our own step: forward, backward and SGD step in float32.

    pytorch_peer.py --size 600x400 [--iterations 5] [--threads 2] [--memory-format contiguous|channels-last]

Targets are computed once; pictures and weights are random (times do not depend on them). Prints one JSON object with
every iteration's milliseconds and the loss before it. TorchSharp/ is the same program in C#, from the same numbers.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "Reference"))

from recipes import PRESETS, Objective, optimise  # noqa: E402
from vgg19 import CONVOLUTIONS  # noqa: E402

CHANNELS = (64, 128, 256, 512, 512)


def random_weights():
    """He's normal kernels and zero biases, layer by layer."""
    weights, inputs = {}, 3
    for layer in CONVOLUTIONS:
        outputs = CHANNELS[int(layer[len("block")]) - 1]
        weights[layer] = torch.randn(3, 3, inputs, outputs) * (2 / (9 * inputs)) ** 0.5, torch.zeros(outputs)
        inputs = outputs
    return weights


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="600x400", help="WxH")
    parser.add_argument("--iterations", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-format", choices=("contiguous", "channels-last"), default="contiguous")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    width, height = map(int, options.size.split("x"))

    torch.manual_seed(1)
    content, style = (torch.randint(0, 256, (height, width, 3)).numpy() for _ in range(2))
    objective = Objective(PRESETS["keras"], random_weights(), content, [style], dtype=torch.float32)
    if options.memory_format == "channels-last":
        # A convolution whose kernel is channels-last gives channels-last outputs, so this reaches every layer.
        for layer, (kernel, bias) in objective.network.weights.items():
            objective.network.weights[layer] = kernel.contiguous(memory_format=torch.channels_last), bias

    times, losses, before = [], [], time.perf_counter()
    for terms, *_ in optimise(objective, objective.variable(content), options.iterations):
        losses.append(terms.loss.item())
        now = time.perf_counter()
        times.append(1000 * (now - before))
        before = now
    print(json.dumps({
        "peer": f"PyTorch {torch.__version__}", "size": options.size, "threads": options.threads,
        "memory_format": options.memory_format, "milliseconds": times, "losses": losses,
    }))


if __name__ == "__main__":
    main()
