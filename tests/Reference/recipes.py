"""The recipes as records of data, their loss on a picture, and their optimisation loop.

A picture under optimisation ("the variable") is a 3 x H x W tensor, either BGR levels minus Keras's means ("bgr") or
RGB in 0..1 ("unit").
"""

import math
from dataclasses import dataclass, replace
from typing import Callable, Optional

import numpy
import torch
from torch.nn import functional

import losses
import optimizers
from vgg19 import MEANS, Vgg19

STYLE_LAYERS = tuple(f"block{block}_conv1" for block in range(1, 6))

# Keras's VGG19 has activations about this many times those of the network that `multiscale` was made with.
ACTIVATION_RATIO = 57.0


@dataclass(frozen=True)
class Preset:
    """What one recipe does; a missing schedule means: see Objective.schedule."""

    content_layer: str
    content_weight: float
    content_reduction: str
    gram_normalisation: str
    style_weights: tuple
    style_reduction: str
    total_variation: Optional[Callable]
    total_variation_weight: float
    optimizer: Callable
    schedule: Optional[Callable]
    variable: str = "bgr"
    clip: bool = False
    pooling: str = "max"
    average_scale: float = 1.0
    replicate_first: bool = False
    # Factor of a layer's style term from its channels C, positions M and the picture's pixels.
    style_factor: Callable = lambda channels, positions, pixels: 1.0
    # Divide every term by what it would be without any content or any style, but a style term by a hundredth of its
    # target's squares at least.
    relative: bool = False
    # Added to the covariances of a Wasserstein style term; None: Gram matrices are compared.
    wasserstein_ridge: Optional[float] = None
    # Shares of Gram matrices, and of means and of deviations each, in a style term that has all three; None: Gram matrices
    # alone.
    moment_shares: Optional[tuple] = None
    average_decay: Optional[float] = None
    # Take stripes out of the gradient of content and style.
    destriping: bool = False
    # Levels of the first step, where there is no schedule.
    first_step: float = 2.0
    # Make the gradient of each loss term with respect to its layer as long as its weight in the L1 norm
    # (-normalize_gradients of Johnson's neural-style).
    normalize_gradients: bool = False


PRESETS = {
    # https://keras.io/examples/generative/neural_style_transfer/
    "keras": Preset(
        content_layer="block5_conv2", content_weight=2.5e-8, content_reduction="sum",
        gram_normalisation="none", style_weights=(1e-6 / 5,) * 5, style_reduction="sum",
        style_factor=lambda channels, positions, pixels: 1 / (4 * 3 ** 2 * pixels ** 2),
        total_variation=losses.total_variation_power, total_variation_weight=1e-6,
        optimizer=optimizers.Sgd, schedule=optimizers.exponential_decay(100.0, 0.96, 100)),
    "balanced": Preset(
        content_layer="block5_conv2", content_weight=1.0, content_reduction="mean",
        gram_normalisation="positions", style_weights=(10 / 5,) * 5, style_reduction="sum", relative=True,
        total_variation=losses.total_variation_mean_squared, total_variation_weight=2e-4,
        optimizer=lambda: optimizers.Sgd(0.9), schedule=None, clip=True, pooling="binomial",
        destriping=True, first_step=4.0),
    # Tarun Bisht's TensorFlow 2 notebook.
    "average": Preset(
        content_layer="block4_conv2", content_weight=1e-3, content_reduction="mean",
        gram_normalisation="channels", style_weights=(1.0,) * 5, style_reduction="mean",
        style_factor=lambda channels, positions, pixels: 1 / (4 * channels ** 6),
        total_variation=None, total_variation_weight=0.0,
        optimizer=lambda: optimizers.Adam(0.9, 0.999, 1e-7, epsilon_hat=True),
        schedule=lambda t: 5.0, clip=True, pooling="average"),
    # Justin Johnson's neural-style and ProGamerGov's neural-style-pt.
    "gatys": Preset(
        content_layer="block4_conv2", content_weight=5.0, content_reduction="mean",
        gram_normalisation="elements", style_weights=(100.0,) * 5, style_reduction="mean",
        total_variation=losses.total_variation_absolute, total_variation_weight=1e-3,
        optimizer=lambda: optimizers.Lbfgs(100), schedule=lambda t: 1.0),
    # Gatys, Ecker and Bethge 2015, arXiv:1508.06576.
    "gatys-paper": Preset(
        content_layer="block4_conv2", content_weight=0.5, content_reduction="sum",
        gram_normalisation="none", style_weights=(1e3 / 5,) * 5, style_reduction="sum",
        style_factor=lambda channels, positions, pixels: 1 / (4 * channels ** 2 * positions ** 2),
        total_variation=None, total_variation_weight=0.0,
        optimizer=lambda: optimizers.Lbfgs(100), schedule=lambda t: 1.0, pooling="average"),
    # https://www.tensorflow.org/tutorials/generative/style_transfer
    "tensorflow": Preset(
        content_layer="block5_conv2", content_weight=1e4, content_reduction="mean",
        gram_normalisation="positions", style_weights=(1e-2 / 5,) * 5, style_reduction="mean",
        total_variation=losses.total_variation_absolute, total_variation_weight=30.0,
        optimizer=lambda: optimizers.Adam(0.99, 0.999, 0.1, epsilon_hat=True),
        schedule=lambda t: 0.02, variable="unit", clip=True),
    # Katherine Crowson's style-transfer-pytorch, one scale of it.
    "multiscale": Preset(
        content_layer="block4_conv2", content_weight=0.015 / ACTIVATION_RATIO ** 2, content_reduction="mean",
        gram_normalisation="positions", style_reduction="mean",
        style_weights=tuple(weight / 341 / ACTIVATION_RATIO ** 2 for weight in (256, 64, 16, 4, 1)),
        wasserstein_ridge=1e-4 * ACTIVATION_RATIO ** 2,
        total_variation=losses.total_variation_diagonal_mean_squared, total_variation_weight=2.0,
        optimizer=lambda: optimizers.Adam(0.9, 0.99, 1e-8, epsilon_hat=False),
        schedule=lambda t: 0.02, variable="unit", clip=True, average_scale=2.0, replicate_first=True,
        average_decay=0.99),
    # Galerne, Raad, Lezama and Morel 2024, one scale of it, every term relative.
    "painting": Preset(
        content_layer="block4_conv2", content_weight=1.0, content_reduction="mean",
        gram_normalisation="positions", style_weights=(10 / 5,) * 5, style_reduction="sum", relative=True,
        moment_shares=(0.2, 0.4), total_variation=None, total_variation_weight=0.0,
        optimizer=lambda: optimizers.Lbfgs(100), schedule=lambda t: 1.0),
}


def with_pooling(preset, pooling):
    return preset if pooling is None else replace(preset, pooling=pooling)


@dataclass
class Terms:
    """The weighted terms of the loss; layers maps each style layer to its part of style."""

    loss: torch.Tensor
    content: torch.Tensor
    style: torch.Tensor
    total_variation: torch.Tensor
    layers: dict


@dataclass
class StyleTarget:
    """What one layer is compared with: a share of the style term, a mask of H x W values or None for everywhere, the
    style's statistics, and what each is divided by."""

    share: float
    mask: Optional[torch.Tensor]
    statistics: tuple
    divisor: Optional[list] = None


class Objective:
    """A recipe's loss for given pictures (H x W x RGB bytes) and weights; targets are computed once.

    masks (H x W in 0..1, one for each style) restrict each style to its part of the picture; without them the
    statistics of all styles are averaged.
    """

    NORM_EPSILON = 1e-8

    def __init__(self, preset, weights, content, styles, style_shares=None, dtype=torch.float64, masks=None):
        self.preset, self.dtype = preset, dtype
        self.network = Vgg19(weights, dtype, preset.pooling, preset.average_scale, preset.replicate_first)
        shares = numpy.array(style_shares or [1.0] * len(styles), float)
        shares /= shares.sum()
        # (share, mask, styles with their shares) of each part of the picture.
        regions = [(1.0, None, list(zip(range(len(styles)), shares)))] if masks is None else [
            (share, torch.tensor(mask, dtype=dtype), [(i, 1.0)]) for i, (share, mask) in enumerate(zip(shares, masks))]
        with torch.no_grad():
            content_features = self._features(self.variable(content))
            style_features = [self._features(self.variable(style)) for style in styles]
            self.content_target = content_features[preset.content_layer]
            self.content_divisor = self.content_target.pow(2).mean() if preset.relative else 1.0
            self.content_divisor = self.content_divisor or 1.0
            self.style_targets = {
                layer: [StyleTarget(share, mask, self._statistics([(style_features[i][layer], s) for i, s in members]))
                        for share, mask, members in regions]
                for layer in STYLE_LAYERS}
            if preset.relative:
                for layer, targets in self.style_targets.items():
                    for target in targets:
                        starts = self._compared(content_features[layer], target.mask)
                        target.divisor = [max(losses.squared_error_sum(start, statistic),
                                              0.01 * statistic.pow(2).sum()) or 1.0
                                          for start, statistic in zip(starts, target.statistics)]

    def variable(self, picture):
        """The picture as the optimised variable."""
        pixels = torch.tensor(numpy.ascontiguousarray(picture.transpose(2, 0, 1)), dtype=self.dtype)
        return pixels.flip(0) - self._means() if self.preset.variable == "bgr" else pixels / 255

    def clip(self, variable):
        """The variable within the displayable range."""
        if self.preset.variable == "unit":
            return variable.clamp(0, 1)
        return torch.minimum(torch.maximum(variable, -self._means()), 255 - self._means())

    def evaluate(self, variable):
        """The terms and the gradient of their sum with respect to the variable."""
        variable = variable.detach().requires_grad_()
        features = self._features(variable)
        terms = self._terms(variable, features)
        if self.preset.normalize_gradients:
            return terms, self._normalized_gradient(variable, features, terms)
        if self.preset.destriping:
            variation, = torch.autograd.grad(terms.total_variation, variable, retain_graph=True)
            others, = torch.autograd.grad(terms.loss - terms.total_variation, variable)
            return terms, variation + destripe(others)
        gradient, = torch.autograd.grad(terms.loss, variable)
        return terms, gradient

    def _normalized_gradient(self, variable, features, terms):
        """weight g / (|g|_1 + epsilon) in place of each layer term's gradient g with respect to the layer's features,
        g taken without the weight; total variation as it is."""
        preset = self.preset
        parts = [(preset.content_layer, terms.content, preset.content_weight)]
        parts += [(layer, terms.layers[layer], weight) for layer, weight in zip(STYLE_LAYERS, preset.style_weights)]
        surrogate = terms.total_variation
        for layer, term, weight in parts:
            gradient, = torch.autograd.grad(term / weight, features[layer], retain_graph=True)
            direction = weight * gradient / (gradient.abs().sum() + self.NORM_EPSILON)
            surrogate = surrogate + (features[layer] * direction).sum()
        return torch.autograd.grad(surrogate, variable)[0]

    def _means(self):
        return torch.tensor(MEANS, dtype=self.dtype)[:, None, None]

    def _features(self, variable):
        network_input = variable if self.preset.variable == "bgr" else 255 * variable.flip(0) - self._means()
        return self.network.features(network_input, {self.preset.content_layer, *STYLE_LAYERS})

    def _statistics(self, features):
        """Of several styles' features, each with its share: the Gram matrix, or mean, covariance and its root."""
        preset = self.preset
        if preset.wasserstein_ridge is None:
            statistics = [self._compared(f, None) for f, _ in features]
            return tuple(sum(share * each[i] for (_, share), each in zip(features, statistics))
                         for i in range(len(statistics[0])))
        moments = [losses.moments(f) for f, _ in features]
        mean, second_moment = (sum(share * m[i] for (_, share), m in zip(features, moments)) for i in range(2))
        covariance = losses.covariance(mean, second_moment, preset.wasserstein_ridge)
        return mean, covariance, losses.MatrixSquareRoot.apply(covariance)

    def _compared(self, features, mask):
        """What is compared of features under a mask: the Gram matrix, or that and the channels' means and deviations."""
        if self.preset.moment_shares is None:
            if mask is not None:
                features = features * losses.guidance(mask, features)
            return losses.gram(features, self.preset.gram_normalisation),
        guide = features.new_ones(features.shape[1:])
        if mask is not None:
            guide = losses.pixel_weights(mask, features).sqrt()
        features = features * guide
        return losses.gram(features, self.preset.gram_normalisation), *losses.channel_moments(features, guide)

    def _style_term(self, features, target, pixels):
        preset = self.preset
        if preset.wasserstein_ridge is not None:
            weights = None if target.mask is None else losses.pixel_weights(target.mask, features)
            return losses.wasserstein(features, *target.statistics, preset.wasserstein_ridge, weights)
        compare = losses.squared_error_sum if preset.style_reduction == "sum" else losses.squared_error_mean
        channels, height, width = features.shape
        divisors = target.divisor or [1.0] * len(target.statistics)
        differences = [compare(*pair) / divisor for *pair, divisor in
                       zip(self._compared(features, target.mask), target.statistics, divisors)]
        if preset.moment_shares is not None:
            gram_share, moment_share = preset.moment_shares
            return gram_share * differences[0] + moment_share * (differences[1] + differences[2])
        return differences[0] * preset.style_factor(channels, height * width, pixels)

    def _terms(self, variable, features):
        preset = self.preset
        compare = losses.squared_error_sum if preset.content_reduction == "sum" else losses.squared_error_mean
        content = compare(features[preset.content_layer], self.content_target)
        content = preset.content_weight * content / self.content_divisor
        pixels = variable.shape[1] * variable.shape[2]
        layers = {layer: weight * sum(target.share * self._style_term(features[layer], target, pixels)
                                      for target in self.style_targets[layer])
                  for layer, weight in zip(STYLE_LAYERS, preset.style_weights)}
        style = sum(layers.values())
        variation = torch.zeros((), dtype=self.dtype)
        if preset.total_variation is not None:
            variation = preset.total_variation_weight * preset.total_variation(variable)
        return Terms(content + style + variation, content, style, variation, layers)


class IterateAverage:
    """Bias-corrected exponential average of the iterates, the starting picture included."""

    def __init__(self, decay, start):
        self.decay, self.sum, self.remainder = decay, 0.0, 1.0
        self.add(start)

    def add(self, variable):
        self.remainder *= self.decay
        self.sum = self.decay * self.sum + (1 - self.decay) * variable

    def value(self):
        return self.sum / (1 - self.remainder)


class RelativeRate:
    """The rate of a preset without a schedule of its own (balanced): so many levels, halved every hundred iterations,
    over the RMS of the first gradient. No gradient counts for more than the first one's RMS, nor, fading, do those
    behind a longer one; and when the loss is above 1.5 times the lowest so far, the picture goes back to that of the
    lowest, the momentum is 0 and the rate halved for good."""

    MOST_RISE = 1.5
    BOUND_DECAY = 0.9

    def __init__(self, levels):
        self.first, self.scale, self.done = None, 1.0, 0
        self.schedule = optimizers.exponential_decay(levels, 0.5, 100)
        self.lowest, self.best = float("inf"), None
        self.bound = 0.0

    def step(self, loss, variable, gradient, optimizer):
        """The variable after the step, and the step's rate: 0 where it goes back."""
        size = gradient.pow(2).mean().sqrt().item()
        self.first = self.first or size
        self.bound = max(size, self.BOUND_DECAY ** 0.5 * self.bound, self.first)
        level = self.schedule(self.done)
        self.done += 1
        if loss > self.MOST_RISE * self.lowest:
            self.scale /= 2
            optimizer.velocity = torch.zeros_like(variable)
            return self.best, 0.0
        if loss < self.lowest:
            self.lowest, self.best = loss, variable
        factor = self.scale * self.first / self.bound
        return optimizer.step(variable, gradient * factor, level / self.first), level / self.first * factor


def destripe(picture):
    """Takes upright stripes, then lying ones, out of a C x H x W tensor.

    By the filter's spectrum: in the cosine basis of mirrored edges, a wave with f cycles a pixel one way and g the other
    is multiplied by 1 - sin^2(pi f) T(g) and by 1 - sin^2(pi g) T(f), T(g) = (sin(8 pi g) / (8 sin(pi g)))^2.
    """
    def basis(length):
        wave, place = torch.arange(length, dtype=picture.dtype)[:, None], torch.arange(length, dtype=picture.dtype)
        cosines = torch.cos(math.pi * wave * (place + 0.5) / length)
        return cosines / cosines.norm(dim=1, keepdim=True), wave[:, 0] / (2 * length)

    def triangle(frequency):
        ratio = torch.sin(8 * math.pi * frequency) / (8 * torch.sin(math.pi * frequency))
        return torch.where(frequency == 0, torch.ones_like(frequency), ratio ** 2)

    (rows, down), (columns, along) = basis(picture.shape[-2]), basis(picture.shape[-1])
    upright = torch.outer(triangle(down), torch.sin(math.pi * along) ** 2)
    lying = torch.outer(torch.sin(math.pi * down) ** 2, triangle(along))
    return rows.T @ ((rows @ picture @ columns.T) * (1 - upright) * (1 - lying)) @ columns


def optimise(objective, variable, iterations, optimizer=None, stored=lambda variable: variable):
    """Yields (terms before the step, learning rate, variable after the step, optimizer) for each iteration. The
    variable is kept between steps as stored gives it back."""
    optimizer = optimizer or objective.preset.optimizer()
    relative = RelativeRate(objective.preset.first_step)
    variable = stored(variable)
    for iteration in range(iterations):
        terms, gradient = objective.evaluate(variable)
        if objective.preset.schedule is None:
            variable, rate = relative.step(terms.loss.item(), variable, gradient, optimizer)
        else:
            rate = objective.preset.schedule(iteration)
            variable = optimizer.step(variable, gradient, rate)
        if objective.preset.clip:
            variable = objective.clip(variable)
        variable = stored(variable)
        yield terms, rate, variable, optimizer


def optimise_strong_wolfe(objective, variable, iterations, history=100, stored=lambda variable: variable):
    """As optimise, by L-BFGS with the strong-Wolfe line search instead of the preset's optimizer. Each trial's picture
    is evaluated as stored gives it back, too."""
    def evaluate(flat):
        terms, gradient = objective.evaluate(stored(flat.reshape(variable.shape)))
        return terms.loss, gradient.flatten()

    optimizer = optimizers.StrongWolfeLbfgs(evaluate, variable.flatten(), history)
    for _ in range(iterations):
        terms, _ = objective.evaluate(variable)
        variable = stored(optimizer.step().reshape(variable.shape))
        yield terms, 1.0, variable, optimizer
