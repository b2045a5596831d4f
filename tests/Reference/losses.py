"""Losses of neural style transfer in plain PyTorch, for any floating type.

Features are C x H x W (a layer's output, batch dropped), pictures 3 x H x W. Every function is differentiable.
"""

import torch
from torch.nn import functional


def gram(features, normalisation="none"):
    """G = F F^T times a factor, F the features as C x M (M = H W): C x C.

    normalisation: none 1 | channels 1/C | positions 1/M | elements 1/(C M).
    """
    channels = features.shape[0]
    matrix = features.reshape(channels, -1)
    positions = matrix.shape[1]
    factor = {
        "none": 1.0,
        "channels": 1.0 / channels,
        "positions": 1.0 / positions,
        "elements": 1.0 / (channels * positions),
    }[normalisation]
    return matrix @ matrix.T * factor


def squared_error_sum(values, target):
    return (values - target).pow(2).sum()


def squared_error_mean(values, target):
    return (values - target).pow(2).mean()


def total_variation_power(picture, exponent=1.25):
    """Sum over (H-1) x (W-1) x 3 of (a + b)^exponent with a, b the squared differences to the lower and the
    right neighbour: the Keras example's form."""
    corner = picture[:, :-1, :-1]
    down = (corner - picture[:, 1:, :-1]).pow(2)
    right = (corner - picture[:, :-1, 1:]).pow(2)
    return (down + right).pow(exponent).sum()


def differences(picture):
    """All H x (W-1) differences to the right and all (H-1) x W differences downwards."""
    return picture[:, :, 1:] - picture[:, :, :-1], picture[:, 1:, :] - picture[:, :-1, :]


def total_variation_absolute(picture):
    """Sum |dx| + sum |dy|; the gradient of |0| counts as 0."""
    dx, dy = differences(picture)
    return dx.abs().sum() + dy.abs().sum()


def total_variation_mean_squared(picture):
    """mean dx^2 + mean dy^2, each mean over its own differences."""
    dx, dy = differences(picture)
    return dx.pow(2).mean() + dy.pow(2).mean()


def total_variation_diagonal_mean_squared(picture):
    """2 (mean dx^2 / 3 + mean dy^2 / 3 + mean d^2 / 12 + mean e^2 / 12) on the picture padded by replication.

    dx, dy have H x W elements (the last column and row meet their own copy); the two diagonal differences d, e
    are those of the picture with one replicated pixel all around: (H+1) x (W+1) elements.
    """
    padded = functional.pad(picture[None], (1, 1, 1, 1), "replicate")[0]
    centre = padded[:, 1:-1, 1:-1]
    dx = padded[:, 1:-1, 2:] - centre
    dy = padded[:, 2:, 1:-1] - centre
    falling = padded[:, 1:, 1:] - padded[:, :-1, :-1]
    rising = padded[:, 1:, :-1] - padded[:, :-1, 1:]
    return 2 * (dx.pow(2).mean() / 3 + dy.pow(2).mean() / 3
                + falling.pow(2).mean() / 12 + rising.pow(2).mean() / 12)


class MatrixSquareRoot(torch.autograd.Function):
    """Square root of a symmetric positive definite matrix by Newton-Schulz, its gradient by a Lyapunov iteration."""

    ITERATIONS = 12

    @staticmethod
    def forward(context, matrix):
        identity = torch.eye(len(matrix), dtype=matrix.dtype)
        norm = matrix.norm()
        y, z = matrix / norm, identity
        for _ in range(MatrixSquareRoot.ITERATIONS):
            t = (3 * identity - z @ y) / 2
            y, z = y @ t, t @ z
        root = y * norm.sqrt()
        context.save_for_backward(root)
        return root

    @staticmethod
    def backward(context, gradient):
        root, = context.saved_tensors
        identity = torch.eye(len(root), dtype=root.dtype)
        norm = root.norm()
        a, q = root / norm, gradient / norm
        for _ in range(MatrixSquareRoot.ITERATIONS):
            e = 3 * identity - a @ a
            q = (q @ e - a.T @ (a.T @ q - q @ a)) / 2
            a = a @ e / 2
        return q / 2


def at_layer(mask, features):
    """A picture's mask at a layer's size: averages of 2 x 2 as often as the network pools."""
    while mask.shape != features.shape[1:]:
        mask = functional.avg_pool2d(mask[None, None], 2)[0, 0]
    return mask


def guidance(mask, features):
    """The mask that features are multiplied by before a Gram matrix, its squares adding up to the number of pixels
    (Gatys et al. 2017, arXiv:1611.07865, section 4.1, up to that normalisation)."""
    mask = at_layer(mask, features)
    return mask * (mask.numel() / mask.pow(2).sum()).sqrt()


def pixel_weights(mask, features):
    """How much each pixel of a layer counts in moments: the mask, adding up to the number of pixels."""
    mask = at_layer(mask, features)
    return mask * (mask.numel() / mask.sum())


def moments(features, weights=None):
    """Channel means (C) and second raw moment F F^T / M (C x C), each pixel weighted where weights (H x W, their mean
    1) are given; both may be averaged over several pictures."""
    if weights is None:
        return features.flatten(1).mean(1), gram(features, "positions")
    return (features * weights).flatten(1).mean(1), gram(features * weights.sqrt(), "positions")


def channel_moments(features, guide):
    """Means and standard deviations of the channels, pixel p counting guide[p]^2 / M; features are multiplied by the guide
    (H x W) already. A deviation of 0 has no gradient."""
    mean = (guide * features).flatten(1).mean(1)
    variance = (features - guide * mean[:, None, None]).pow(2).flatten(1).mean(1)
    moves = variance > 1e-12
    return mean, torch.where(moves, variance.where(moves, torch.ones_like(variance)).sqrt(), torch.zeros_like(variance))


def covariance(mean, second_moment, ridge):
    return second_moment - torch.outer(mean, mean) + ridge * torch.eye(len(mean), dtype=mean.dtype)


def wasserstein(features, style_mean, style_covariance, style_root, ridge, weights=None):
    """mean (mu - mu_s)^2 + mean diag(S + S_s - 2 (S_s^1/2 S S_s^1/2)^1/2): the squared Wasserstein-2 distance of two
    Gaussians, divided by the number of channels. S is the covariance plus ridge times the identity."""
    mean, second_moment = moments(features, weights)
    cov = covariance(mean, second_moment, ridge)
    root = MatrixSquareRoot.apply(style_root @ cov @ style_root)
    return (mean - style_mean).pow(2).mean() + (cov + style_covariance - 2 * root).diagonal().mean()
