"""Scores of a picture against its content and style, in double precision: evaluate --scores.

Pictures are H x W x RGB bytes; features C x H x W double tensors of VGG19 with average pooling.
"""

import numpy
import torch

import losses
from vgg19 import MEANS, Vgg19

STYLE_LAYERS = tuple(f"block{block}_conv1" for block in range(1, 6))
LAYERS = STYLE_LAYERS + ("block4_conv2",)
BINS = 128


def cosine(a, b):
    a, b = a.flatten(), b.flatten()
    return (a @ b / (a.norm() * b.norm())).item()


def covariance_root(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.clamp(min=0).sqrt() @ vectors.T


def gaussian_distance(mean, covariance, style_mean, style_covariance):
    """Squared Wasserstein-2 distance of two Gaussians over the trace of the second's covariance."""
    root = covariance_root(style_covariance)
    cross = torch.linalg.eigvalsh(root @ covariance @ root).clamp(min=0).sqrt().sum()
    distance = (mean - style_mean).pow(2).sum() + covariance.trace() + style_covariance.trace() - 2 * cross
    return (distance / style_covariance.trace()).item()


def histograms(picture):
    bins = numpy.minimum((picture.astype(float) * BINS / 255).astype(int), BINS - 1)
    return [torch.from_numpy(numpy.bincount(bins[..., channel].flatten(), minlength=BINS)).double()
            for channel in range(3)]


def sobel(picture):
    luma = picture.astype(float) @ numpy.array([0.299, 0.587, 0.114])
    down = (luma[2:] - luma[:-2])
    down = down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]
    right = luma[:, 2:] - luma[:, :-2]
    right = right[:-2] + 2 * right[1:-1] + right[2:]
    return torch.from_numpy(down), torch.from_numpy(right)


def variation(picture):
    return sum(abs(numpy.diff(picture.astype(float), axis=axis)).sum() for axis in (0, 1))


class Measured:
    def __init__(self, network, picture):
        self.picture = picture
        pixels = torch.from_numpy((picture[..., ::-1] - MEANS).transpose(2, 0, 1).copy())
        self.features = network.features(pixels, LAYERS)


def content_distance(a, content):
    a, content = a.features["block4_conv2"], content.features["block4_conv2"]
    return ((a - content).pow(2).sum() / content.pow(2).sum()).item()


def content_similarity(a, content):
    return numpy.mean([cosine(a.features[layer], content.features[layer]) for layer in ("block4_conv1", "block5_conv1")])


def style_effect(a, style):
    grams = [cosine(losses.gram(a.features[layer]), losses.gram(style.features[layer])) for layer in STYLE_LAYERS[1:]]
    colors = [cosine(*pair) for pair in zip(histograms(a.picture), histograms(style.picture))]
    return (numpy.mean(grams) + numpy.mean(colors)) / 2


def style_distance(a, style):
    def gaussian(features):
        mean, moment = losses.moments(features)
        return mean, losses.covariance(mean, moment, 0)

    return numpy.mean([gaussian_distance(*gaussian(a.features[layer]), *gaussian(style.features[layer]))
                       for layer in STYLE_LAYERS])


def edges(a, content):
    return numpy.mean([cosine(*pair) for pair in zip(sobel(a.picture), sobel(content.picture))])


def noise(a, content):
    return variation(a.picture) / variation(content.picture)


def scores(weights, picture, content, style, stretched_style):
    """Rows of value, value of the content, value of the style: content distance and similarity, style effect and
    distance, edges, noise."""
    network = Vgg19(weights, torch.float64, "average")
    picture, content, style, stretched = (Measured(network, p) for p in (picture, content, style, stretched_style))
    rows = []
    for compare, to, last in [(content_distance, content, stretched), (content_similarity, content, stretched),
                              (style_effect, style, style), (style_distance, style, style),
                              (edges, content, stretched), (noise, content, stretched)]:
        rows.append([compare(picture, to), compare(content, to), compare(last, to)])
    return numpy.array(rows)
