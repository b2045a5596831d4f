#!/usr/bin/python3
"""Checks of the references themselves, against plain loops, closed forms and PyTorch's own optimizers."""

import unittest
from dataclasses import replace
from unittest import mock

import numpy
import torch

import losses
import optimizers
from operation_fixtures import cosines, quadratic, rosenbrock
from recipe_fixtures import draw_masks, small_network
from recipes import PRESETS, STYLE_LAYERS, Objective, destripe
from vgg19 import LAYERS, MEANS, Vgg19


def assert_close(actual, expected, relative=1e-10):
    actual, expected = numpy.asarray(actual), numpy.asarray(expected)
    scale = numpy.abs(expected).max()
    assert actual.shape == expected.shape, f"{actual.shape} is not {expected.shape}"
    assert numpy.abs(actual - expected).max() <= relative * scale, f"{actual} is not {expected}"


def convolve_relu(x, kernel, bias, replicate):
    """3 x 3 cross-correlation of H x W x C in plain loops over the taps."""
    padded = numpy.pad(x, ((1, 1), (1, 1), (0, 0)), "edge" if replicate else "constant")
    height, width, _ = x.shape
    output = numpy.tile(bias.astype(float), (height, width, 1))
    for row in range(3):
        for column in range(3):
            output += padded[row:row + height, column:column + width] @ kernel[row, column].astype(float)
    return numpy.maximum(output, 0)


def pool(x, average):
    height, width = x.shape[0] // 2 * 2, x.shape[1] // 2 * 2
    corners = [x[row:height:2, column:width:2] for row in range(2) for column in range(2)]
    return sum(corners) / 4 if average else numpy.maximum.reduce(corners)


class NetworkTests(unittest.TestCase):
    def test_every_layer_agrees_with_plain_loops(self):
        content, _, _, weights = small_network()
        pixels = content[..., ::-1] - MEANS
        for pooling, scale, replicate in (("max", 1, False), ("average", 1, False), ("average", 2, True)):
            network = Vgg19(weights, torch.float64, pooling, scale, replicate)
            features = network.features(torch.tensor(pixels.transpose(2, 0, 1).copy()), LAYERS)
            x = pixels
            for layer in LAYERS:
                if layer.endswith("pool"):
                    x = pool(x, pooling == "average") * scale
                else:
                    x = convolve_relu(x, *weights[layer], replicate and layer == LAYERS[0])
                assert_close(features[layer].permute(1, 2, 0), x)


class LossTests(unittest.TestCase):
    # With the recipe's 12 iterations square root and gradient are both truncated, each in its own way.
    @mock.patch.object(losses.MatrixSquareRoot, "ITERATIONS", 40)
    def test_gradients_agree_with_finite_differences(self):
        content, style, _, weights = small_network()
        masks = draw_masks(*content.shape[:2])
        cases = {name: (preset, None) for name, preset in PRESETS.items()}
        cases |= {f"masked {name}": (PRESETS[name], masks) for name in ("balanced", "multiscale")}
        for name, (preset, given) in cases.items():
            with self.subTest(name):
                # Without its stripes a gradient is not the loss's.
                preset = replace(preset, destriping=False)
                objective = Objective(preset, weights, content, [style] * (2 if given else 1), masks=given)
                x = objective.variable(content)
                x = x + 1e-2 * x.std() * torch.randn(x.shape, generator=torch.Generator().manual_seed(1), dtype=x.dtype)
                _, gradient = objective.evaluate(x)
                # Not along the gradient: one that lacks a part would agree with its own norm.
                direction = torch.randn(x.shape, generator=torch.Generator().manual_seed(2), dtype=x.dtype)
                step = 3e-6 * x.std()
                above, below = (objective.evaluate(x + sign * step * direction)[0].loss.item() for sign in (1, -1))
                error = (above - below) / (2 * step) - (gradient * direction).sum()
                assert abs(error) <= 1e-4 * gradient.norm() * direction.std(), name

    def test_the_destriping_filter_agrees_with_plain_loops(self):
        def without_upright(x):
            padded = numpy.pad(x, ((0, 0), (7, 7), (1, 1)), "symmetric")
            average = sum((8 - abs(k)) / 64 * padded[:, 7 + k:7 + k + x.shape[1]] for k in range(-7, 8))
            return x + (average[..., :-2] - 2 * average[..., 1:-1] + average[..., 2:]) / 4

        x = numpy.random.default_rng(1).normal(size=(3, 19, 23))
        expected = without_upright(without_upright(x).transpose(0, 2, 1)).transpose(0, 2, 1)
        assert_close(destripe(torch.tensor(x)), expected)

    def test_an_even_mask_changes_nothing(self):
        content, style, _, weights = small_network()
        for name in ("balanced", "multiscale"):
            plain, masked = (Objective(PRESETS[name], weights, content, [style], masks=masks)
                             for masks in (None, [numpy.full(content.shape[:2], 0.3)]))
            x = plain.variable(style[:content.shape[0], :1].repeat(content.shape[1], 1))
            for one, other in zip(plain.evaluate(x)[1], masked.evaluate(x)[1]):
                assert_close(one, other, 1e-9)

    def test_normalized_gradients_are_as_long_as_their_weights(self):
        # With one loss, on the picture's own layer, the direction is the gradient over its L1 norm times the weight.
        content, style, _, weights = small_network()
        preset = replace(PRESETS["gatys"], content_weight=1e-30, total_variation=None, normalize_gradients=True)
        objective = Objective(preset, weights, content, [style])
        x = objective.variable(content)
        _, normalized = objective.evaluate(x)
        features = objective._features(x.requires_grad_())
        for layer in STYLE_LAYERS:
            term = objective._style_term(features[layer], objective.style_targets[layer][0], 1)
            gradient, = torch.autograd.grad(term, features[layer], retain_graph=True)
            pulled, = torch.autograd.grad(features[layer], x, 100 * gradient / gradient.abs().sum(), retain_graph=True)
            normalized = normalized - pulled
        assert normalized.abs().max() < 1e-9 * pulled.abs().max()

    def test_matrix_square_root_agrees_with_eigenvalues(self):
        factor = torch.randn(6, 20, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
        matrix = factor @ factor.T
        values, vectors = torch.linalg.eigh(matrix)
        assert_close(losses.MatrixSquareRoot.apply(matrix), vectors * values.sqrt() @ vectors.T)

    def test_matrix_square_root_gradient_solves_the_lyapunov_equation(self):
        factor = torch.randn(6, 20, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
        matrix = (factor @ factor.T).requires_grad_()
        root = losses.MatrixSquareRoot.apply(matrix)
        upstream = torch.randn(6, 6, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
        gradient, = torch.autograd.grad(root, matrix, upstream)
        assert_close(root.detach() @ gradient + gradient @ root.detach(), upstream, 1e-8)

    def test_diagonal_variation_of_one_bright_pixel(self):
        # Inside 5 x 7 x 3: 2 dx^2 and 2 dy^2 of 105 each, 2 d^2 and 2 e^2 of 144 each, all of height 1.
        picture = torch.zeros(3, 5, 7, dtype=torch.float64)
        picture[0, 2, 3] = 1
        expected = 2 * (2 * 2 / 105 / 3 + 2 * 2 / 144 / 12)
        assert_close(losses.total_variation_diagonal_mean_squared(picture), expected)


class OptimizerTests(unittest.TestCase):
    """Against torch.optim, on functions of a few variables."""

    def trace(self, ours, theirs, evaluate, start, steps, rate):
        x, theirs_x = start, start.clone().requires_grad_()
        optimizer = theirs(theirs_x)

        def closure():
            loss, theirs_x.grad = evaluate(theirs_x.detach())
            return loss

        for _ in range(steps):
            x = ours.step(x, evaluate(x)[1], rate)
            optimizer.step(closure)
            assert_close(x, theirs_x.detach(), 1e-9)

    def setUp(self):
        generator = torch.Generator().manual_seed(5)
        factor = torch.randn(9, 30, generator=generator, dtype=torch.float64)
        self.quadratic = quadratic(factor @ factor.T / 30, torch.randn(9, generator=generator, dtype=torch.float64))
        self.start = 3 * torch.randn(9, generator=generator, dtype=torch.float64)

    def test_momentum(self):
        self.trace(optimizers.Sgd(0.9), lambda x: torch.optim.SGD([x], 0.05, momentum=0.9), self.quadratic,
                   self.start, 20, 0.05)

    def test_adam(self):
        self.trace(optimizers.Adam(0.9, 0.99, 0.1, epsilon_hat=False),
                   lambda x: torch.optim.Adam([x], 0.3, betas=(0.9, 0.99), eps=0.1),
                   self.quadratic, self.start, 20, 0.3)

    def test_adam_forms_agree_without_epsilon_and_differ_with_it(self):
        for epsilon, same in ((0.0, True), (0.1, False)):
            hat, plain = (optimizers.Adam(0.9, 0.99, epsilon, form) for form in (True, False))
            x = y = self.start
            for _ in range(5):
                x, y = (o.step(p, self.quadratic(p)[1], 0.3) for o, p in ((hat, x), (plain, y)))
            self.assertEqual(same, torch.allclose(x, y, rtol=1e-12))

    def test_lbfgs(self):
        for evaluate, start in ((self.quadratic, self.start), (rosenbrock, torch.tensor([-0.5, 0.4, 0.3]).double()),
                                (cosines, torch.tensor([2.9, -2.6, 2.2, 1.7]).double())):
            for history in (3, 100):
                self.trace(optimizers.Lbfgs(history),
                           lambda x: torch.optim.LBFGS([x], 1, 1, history_size=history, tolerance_grad=0,
                                                       tolerance_change=-numpy.inf),
                           evaluate, start, 12, 1.0)


if __name__ == "__main__":
    unittest.main()
