"""Fixtures of single operations. Tensors are stored H x W x C, convolution kernels 3 x 3 x Cin x Cout (HWIO)."""

import numpy
import torch
from torch.nn import functional

import losses
import optimizers
import scores
from fixture_writer import normal, random_source, start_family, to_channels_first, to_channels_last, write_case
from vgg19 import binomial_pool

# (height, width, input channels, output channels): one pixel, thin strips, odd sizes around the tiles of 4, 6, 12
# and 16, channel counts around multiples of 8 and 32; H != W and Cin != Cout wherever the size allows it.
CONVOLUTIONS = [
    (1, 1, 3, 8), (1, 7, 8, 5), (9, 1, 5, 8), (5, 7, 3, 16), (6, 4, 8, 24), (13, 11, 16, 33), (12, 25, 33, 7),
    (8, 13, 64, 40), (17, 9, 40, 64),
]
# (height, width, channels)
POOLINGS = [(2, 2, 1), (3, 2, 8), (5, 7, 3), (8, 6, 16), (9, 12, 33), (2, 13, 24), (17, 3, 8)]
GRAMS = [(1, 1, 8), (2, 3, 9), (5, 7, 3), (1, 4, 40), (13, 11, 24), (9, 17, 33), (20, 31, 16)]
PICTURES = [(2, 2), (2, 7), (5, 3), (11, 14), (16, 23)]


def named(sizes):
    return "x".join(str(size) for size in sizes)


def backward(output, upstream, *inputs):
    return torch.autograd.grad((output * upstream).sum(), inputs)


def convolution_gradients(case, source, x, kernel, bias, padding_mode):
    """Forward with ReLU, and the gradient with respect to the input.

    output_gradient is the gradient of the pre-activation: zero where the output is.
    """
    weights = torch.from_numpy(kernel).double().permute(3, 2, 0, 1)
    inputs = to_channels_first(x).requires_grad_()
    padded = functional.pad(inputs[None], (1, 1, 1, 1), mode=padding_mode)
    output = functional.relu(functional.conv2d(padded, weights, torch.from_numpy(bias).double())[0])
    upstream = normal(source, *x.shape[:2], kernel.shape[3]) * (to_channels_last(output) > 0).astype(numpy.float32)
    gradient, = backward(output, to_channels_first(upstream), inputs)
    write_case("convolution", case, input=x, kernel=kernel, bias=bias, output=to_channels_last(output),
               output_gradient=upstream, input_gradient=to_channels_last(gradient))


def convolution():
    start_family("convolution")
    for height, width, channels, filters in CONVOLUTIONS:
        case = named((height, width, channels, filters))
        source = random_source("convolution", case)
        x = numpy.maximum(normal(source, height, width, channels), 0)
        kernel = normal(source, 3, 3, channels, filters, scale=(2 / (9 * channels)) ** 0.5)
        convolution_gradients(case, source, x, kernel, normal(source, filters, scale=0.3), "constant")
    for height, width, filters in [(1, 1, 8), (7, 5, 16), (10, 13, 33)]:
        case = "replicate_" + named((height, width, 3, filters))
        source = random_source("convolution", case)
        kernel = normal(source, 3, 3, 3, filters, scale=(2 / 27) ** 0.5)
        convolution_gradients(case, source, normal(source, height, width, 3), kernel,
                              normal(source, filters, scale=0.3), "replicate")


def pooling():
    """Average, doubled average and maximum over 2 x 2 with stride 2, an odd last row or column dropped; the binomial
    average over 4 x 4, and doubled.

    The inputs of the cases ending in _ties take few values: of equal values the first in row-major order is the
    maximum and takes the whole gradient.
    """
    start_family("pooling")
    operations = {
        "average": lambda x: functional.avg_pool2d(x[None], 2)[0],
        "average_doubled": lambda x: 2 * functional.avg_pool2d(x[None], 2)[0],
        "max": lambda x: functional.max_pool2d(x[None], 2)[0],
        "binomial": binomial_pool,
        "binomial_doubled": lambda x: 2 * binomial_pool(x),
    }
    for name, operation in operations.items():
        sizes = [(size, "") for size in POOLINGS] + ([((9, 6, 5), "_ties")] if name == "max" else [])
        for size, suffix in sizes:
            case = f"{name}_{named(size)}{suffix}"
            source = random_source("pooling", case)
            x = (source.integers(-1, 2, size) if suffix else numpy.maximum(normal(source, *size), 0))
            x = x.astype(numpy.float32)
            inputs = to_channels_first(x).requires_grad_()
            output = operation(inputs)
            upstream = normal(source, size[0] // 2, size[1] // 2, size[2])
            gradient, = backward(output, to_channels_first(upstream), inputs)
            write_case("pooling", case, input=x, output=to_channels_last(output), output_gradient=upstream,
                       input_gradient=to_channels_last(gradient))


def gram():
    """gram_<normalisation>: F -> G; output_gradient is symmetric, as a style loss's always is."""
    start_family("gram")
    cases = [("none", size) for size in GRAMS]
    cases += [(normalisation, size) for normalisation in ("channels", "positions", "elements") for size in GRAMS[2:4]]
    for normalisation, size in cases:
        case = f"{normalisation}_{named(size)}"
        source = random_source("gram", case)
        x = numpy.maximum(normal(source, *size), 0)
        features = to_channels_first(x).requires_grad_()
        output = losses.gram(features, normalisation)
        half = normal(source, size[2], size[2])
        upstream = half + half.T
        gradient, = backward(output, torch.from_numpy(upstream).double(), features)
        write_case("gram", case, input=x, output=output, output_gradient=upstream,
                   input_gradient=to_channels_last(gradient))


def content_loss():
    """weight * sum or mean of (F - target)^2 and its gradient with respect to F."""
    start_family("content_loss")
    for size in [(1, 1, 8), (5, 7, 3), (9, 4, 24), (13, 11, 40)]:
        for name, operation in (("sum", losses.squared_error_sum), ("mean", losses.squared_error_mean)):
            case = f"{name}_{named(size)}"
            source = random_source("content_loss", case)
            x, target = (numpy.maximum(normal(source, *size, scale=3), 0) for _ in range(2))
            weight = numpy.float32(0.37)
            features = to_channels_first(x).requires_grad_()
            loss = weight.item() * operation(features, to_channels_first(target))
            gradient, = torch.autograd.grad(loss, features)
            write_case("content_loss", case, input=x, target=target, weight=weight, loss=loss,
                       input_gradient=to_channels_last(gradient))


def style_loss():
    """weight * sum or mean of (G(F) - target)^2: the loss, its gradient with respect to G and to F."""
    start_family("style_loss")
    reductions = {"sum": losses.squared_error_sum, "mean": losses.squared_error_mean}
    cases = [(reduction, normalisation, (5, 7, 3)) for reduction in reductions
             for normalisation in ("none", "channels", "positions", "elements")]
    cases += [(reduction, "positions", size) for reduction in reductions
              for size in [(1, 1, 8), (9, 4, 24), (13, 11, 40)]]
    for reduction, normalisation, size in cases:
        case = f"{reduction}_{normalisation}_{named(size)}"
        source = random_source("style_loss", case)
        x, style = (numpy.maximum(normal(source, *size), 0) for _ in range(2))
        target = losses.gram(to_channels_first(style), normalisation).numpy().astype(numpy.float32)
        weight = numpy.float32(2.3)
        features = to_channels_first(x).requires_grad_()
        matrix = losses.gram(features, normalisation)
        loss = weight.item() * reductions[reduction](matrix, torch.from_numpy(target).double())
        matrix_gradient, gradient = torch.autograd.grad(loss, (matrix, features))
        write_case("style_loss", case, input=x, target=target, weight=weight, loss=loss, gram=matrix,
                   gram_gradient=matrix_gradient, input_gradient=to_channels_last(gradient))


def total_variation():
    """weight * each form; pictures of about +-100 levels, neighbours equal here and there (cases _flat)."""
    start_family("total_variation")
    forms = {
        "power": losses.total_variation_power,
        "absolute": losses.total_variation_absolute,
        "mean_squared": losses.total_variation_mean_squared,
        "diagonal_mean_squared": losses.total_variation_diagonal_mean_squared,
    }
    for name, form in forms.items():
        for size, suffix in [(size, "") for size in PICTURES] + [((9, 12), "_flat")]:
            case = f"{name}_{named(size)}{suffix}"
            source = random_source("total_variation", case)
            x = normal(source, *size, 3, scale=60)
            if suffix:
                x = numpy.round(x / 60) * numpy.float32(60)
            weight = numpy.float32(0.013)
            picture = to_channels_first(x).requires_grad_()
            loss = weight.item() * form(picture)
            gradient, = torch.autograd.grad(loss, picture)
            write_case("total_variation", case, input=x, weight=weight, loss=loss,
                       input_gradient=to_channels_last(gradient))


def wasserstein():
    """weight * squared Wasserstein-2 distance of feature statistics, and the matrix square root by itself."""
    start_family("wasserstein")
    for size, style_size, ridge in [((5, 7, 3), (6, 4, 3), 1e-2), ((9, 11, 8), (7, 13, 8), 1e-2),
                                    ((13, 10, 24), (12, 17, 24), 1e-2), ((2, 3, 16), (3, 4, 16), 1e-1)]:
        case = named(size)
        source = random_source("wasserstein", case)
        x, style = (numpy.maximum(normal(source, *s), 0) for s in (size, style_size))
        weight, ridge = numpy.float32(1.7), numpy.float32(ridge)
        features = to_channels_first(x).requires_grad_()
        style_mean, style_moment = losses.moments(to_channels_first(style))
        style_covariance = losses.covariance(style_mean, style_moment, ridge.item())
        style_root = losses.MatrixSquareRoot.apply(style_covariance)
        loss = weight.item() * losses.wasserstein(features, style_mean, style_covariance, style_root, ridge.item())
        gradient, = torch.autograd.grad(loss, features)
        write_case("wasserstein", case, input=x, weight=weight, ridge=ridge, style_mean=style_mean,
                   style_covariance=style_covariance, loss=loss, input_gradient=to_channels_last(gradient))
    for channels in (1, 5, 24, 64):
        case = f"square_root_{channels}"
        source = random_source("wasserstein", case)
        factor = normal(source, channels, 3 * channels).astype(numpy.float64)
        x = (factor @ factor.T / (3 * channels) + 0.01 * numpy.eye(channels)).astype(numpy.float32)
        write_case("wasserstein", case, input=x, output=losses.MatrixSquareRoot.apply(torch.from_numpy(x).double()))
    # So badly conditioned that twelve iterations do not converge: each has a part in the result.
    case = "square_root_24_graded"
    basis, _ = numpy.linalg.qr(random_source("wasserstein", case).standard_normal((24, 24)))
    x = ((basis * numpy.geomspace(1e-4, 1, 24)) @ basis.T).astype(numpy.float32)
    x = (x + x.T) / 2
    write_case("wasserstein", case, input=x, output=losses.MatrixSquareRoot.apply(torch.from_numpy(x).double()))


def moments():
    """weight * (mean_factor * sum (mu - mu_s)^2 + deviation_factor * sum (sigma - sigma_s)^2) of the channels' means and
    standard deviations, pixels counting differently in the cases weighted_: there input is multiplied by guide first.
    The last channel of the input is constant: its deviation is 0 and has no gradient."""
    start_family("moments")
    for size in [(1, 1, 8), (2, 3, 9), (5, 7, 3), (13, 11, 24), (70, 3, 33)]:
        for weighted in (False, True):
            case = ("weighted_" if weighted else "") + named(size)
            source = random_source("moments", case)
            x = numpy.maximum(normal(source, *size), 0)
            x[..., -1] = 0 if weighted else 0.5
            guide = numpy.ones(size[:2], numpy.float32)
            if weighted:
                guide = source.uniform(0, 1, size[:2]).astype(numpy.float32)
                guide *= numpy.float32((guide.size / (guide.astype(float) ** 2).sum()) ** 0.5)
                x *= guide[..., None]
            style_mean, style_deviation = (abs(normal(source, size[2])) for _ in range(2))
            weight, mean_factor, deviation_factor = (numpy.float32(factor) for factor in (1.7, 0.3, 0.9))
            features = to_channels_first(x).requires_grad_()
            mean, deviation = losses.channel_moments(features, torch.from_numpy(guide).double())
            loss = weight.item() * (
                mean_factor.item() * losses.squared_error_sum(mean, torch.from_numpy(style_mean).double())
                + deviation_factor.item() * losses.squared_error_sum(
                    deviation, torch.from_numpy(style_deviation).double()))
            gradient, = torch.autograd.grad(loss, features)
            write_case("moments", case, input=x, guide=guide[..., None], weight=weight, mean_factor=mean_factor,
                       deviation_factor=deviation_factor, style_mean=style_mean, style_deviation=style_deviation,
                       mean=mean, deviation=deviation, loss=loss, input_gradient=to_channels_last(gradient))


def instance_normalization():
    """gamma (x - mu) / sqrt(sigma^2 + 1e-5) + beta, and max(0, that) in the cases rectified_, where output_gradient is
    the gradient of the pre-activation: zero where the output is. far_: means of a thousand standard deviations.
    sparse_: a channel's first pixel is far from its mean. Cases of one number of channels share scale and bias: their
    gradients add up over a batch."""
    start_family("instance_normalization")
    cases = [("", size) for size in [(2, 3, 9), (5, 7, 3), (9, 4, 3), (13, 11, 24), (70, 3, 33), (19, 21, 16)]]
    cases += [(kind, size) for kind in ("rectified_", "far_", "sparse_") for size in [(9, 4, 3), (17, 12, 16)]]
    for kind, size in cases:
        case = kind + named(size)
        source = random_source("instance_normalization", case)
        x = normal(source, *size, scale=2) + normal(source, size[2])
        if kind == "far_":
            x += 2000 * normal(source, size[2])
        if kind == "sparse_":
            x = numpy.float32(0.1) * numpy.maximum(x - 2, 0)
            x[0, 0] = 30
        parameters = random_source("instance_normalization", size[2])
        scale = 1 + normal(parameters, size[2], scale=0.4)
        bias = normal(parameters, size[2], scale=0.3)
        inputs, gamma, beta = to_channels_first(x), torch.from_numpy(scale).double(), torch.from_numpy(bias).double()
        for tensor in (inputs, gamma, beta):
            tensor.requires_grad_()
        output = functional.instance_norm(inputs[None], weight=gamma, bias=beta, eps=1e-5)[0]
        upstream = normal(source, *size)
        if kind == "rectified_":
            output = functional.relu(output)
            upstream *= (to_channels_last(output) > 0).astype(numpy.float32)
        gradient, scale_gradient, bias_gradient = backward(output, to_channels_first(upstream), inputs, gamma, beta)
        write_case("instance_normalization", case, input=x, scale=scale, bias=bias, output=to_channels_last(output),
                   output_gradient=upstream, input_gradient=to_channels_last(gradient), scale_gradient=scale_gradient,
                   bias_gradient=bias_gradient)


def scaled_tanh():
    """150 tanh x + 127.5, from -9 to 9: beyond that the slope is 0 in single precision."""
    start_family("scaled_tanh")
    for size in [(1, 1, 3), (5, 7, 3), (4, 3, 11)]:
        case = named(size)
        source = random_source("scaled_tanh", case)
        x = source.uniform(-9, 9, size).astype(numpy.float32)
        x[0, 0, 0] = 0
        inputs = to_channels_first(x).requires_grad_()
        output = 150 * torch.tanh(inputs) + 127.5
        upstream = normal(source, *size)
        gradient, = backward(output, to_channels_first(upstream), inputs)
        write_case("scaled_tanh", case, input=x, output=to_channels_last(output), output_gradient=upstream,
                   input_gradient=to_channels_last(gradient))


def gaussian_distance():
    """The relative Wasserstein distance of moments, of more channels than pixels too, and eigenvalues."""
    start_family("gaussian_distance")
    for size, style_size in [((1, 1, 1), (1, 2, 1)), ((9, 11, 8), (7, 13, 8)), ((2, 3, 24), (3, 4, 24)),
                             ((12, 10, 40), (4, 5, 40))]:
        case = named(size)
        source = random_source("gaussian_distance", case)
        pairs = [losses.moments(to_channels_first(numpy.maximum(normal(source, *s), 0))) for s in (size, style_size)]
        (mean, moment), (style_mean, style_moment) = [[value.float() for value in pair] for pair in pairs]
        covariances = [losses.covariance(m.double(), s.double(), 0) for m, s in
                       ((mean, moment), (style_mean, style_moment))]
        distance = scores.gaussian_distance(mean.double(), covariances[0], style_mean.double(), covariances[1])
        write_case("gaussian_distance", case, mean=mean, moment=moment, style_mean=style_mean, style_moment=style_moment,
                   distance=distance, eigenvalues=torch.linalg.eigvalsh(covariances[0]), covariance=covariances[0])


def preprocessing():
    """unit (RGB of 0..1) -> bgr (minus Keras's means), its gradient back; saved_bgr -> clipped_bgr, levels 0..255."""
    start_family("preprocessing")
    means = numpy.array([103.939, 116.779, 123.68])
    for size in [(1, 1), (3, 5), (7, 4)]:
        case = named(size)
        source = random_source("preprocessing", case)
        picture = source.integers(0, 256, (*size, 3)).astype(numpy.uint8)
        # A fraction away from whole numbers, below 0 and above 255 too: truncation is then the same in float32.
        levels = source.integers(-40, 300, (*size, 3)) + source.uniform(0.1, 0.9, (*size, 3))
        bgr = (levels[..., ::-1] - means).astype(numpy.float32)
        unit_gradient = normal(source, *size, 3)
        write_case("preprocessing", case, bgr=picture[..., ::-1].astype(float) - means,
                   unit=picture / 255.0, saved_bgr=bgr,
                   clipped_bgr=numpy.clip(bgr.astype(float), -means, 255 - means),
                   network_gradient=unit_gradient, unit_gradient=255.0 * unit_gradient[..., ::-1].astype(float))


def optimizer_traces():
    """x after each step for given gradients: x is (steps + 1) x N, gradients steps x N, rates one per step."""
    start_family("optimizer")
    steps, size = 12, 37
    cases = {
        "sgd": optimizers.Sgd(),
        "momentum": optimizers.Sgd(0.9),
        "adam": optimizers.Adam(0.9, 0.999, 1e-7, epsilon_hat=False),
        "adam_large_epsilon": optimizers.Adam(0.99, 0.999, 0.1, epsilon_hat=False),
        "adam_hat": optimizers.Adam(0.9, 0.999, 1e-7, epsilon_hat=True),
        "adam_hat_large_epsilon": optimizers.Adam(0.99, 0.999, 0.1, epsilon_hat=True),
    }
    for case, optimizer in cases.items():
        source = random_source("optimizer", case)
        start = normal(source, size, scale=50)
        gradients = normal(source, steps, size, scale=0.5)
        gradients[:, 0] = 0
        rates = (0.8 * 0.9 ** numpy.arange(steps)).astype(numpy.float32)
        trajectory = [torch.from_numpy(start).double()]
        for gradient, rate in zip(torch.from_numpy(gradients).double(), rates):
            trajectory.append(optimizer.step(trajectory[-1], gradient, rate.item()))
        write_case("optimizer", case, gradients=gradients, rates=rates, x=torch.stack(trajectory))


def quadratic(matrix, offset):
    """f(x) = x.A x / 2 - b.x and its gradient."""
    return lambda x: (0.5 * x @ matrix @ x - offset @ x, matrix @ x - offset)


def rosenbrock(x):
    """f(x) = sum 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2 and its gradient."""
    valley = x[1:] - x[:-1] ** 2
    gradient = torch.zeros_like(x)
    gradient[1:] += 200 * valley
    gradient[:-1] += -400 * valley * x[:-1] - 2 * (1 - x[:-1])
    return (100 * valley ** 2 + (1 - x[:-1]) ** 2).sum(), gradient


def cosines(x):
    """f(x) = -sum cos x[i] and its gradient: concave where cos x[i] is negative."""
    return -torch.cos(x).sum(), torch.sin(x)


def lbfgs_traces():
    """x before each iteration, with its loss: x is (steps + 1) x N, losses (steps + 1).

    quadratic_*: f(x) = x.A x / 2 - b.x with matrix A and offset b; rosenbrock_*: see rosenbrock(); cosines_*: see
    cosines(), from where f is concave, so that the first pair is not kept.
    *_history3 forgets; *_wolfe uses torch.optim.LBFGS's strong-Wolfe line search and has evaluations, the number of
    function evaluations of each iteration's line search.
    """
    start_family("lbfgs")
    source = random_source("lbfgs", "quadratic")
    size = 23
    basis, _ = numpy.linalg.qr(source.standard_normal((size, size)))
    matrix = ((basis * numpy.geomspace(0.5, 8, size)) @ basis.T).astype(numpy.float32)
    matrix = (matrix + matrix.T) / 2
    offset = normal(source, size)
    start = normal(source, size, scale=2)
    functions = {
        "quadratic": (quadratic(torch.from_numpy(matrix).double(), torch.from_numpy(offset).double()), start,
                      {"matrix": matrix, "offset": offset}),
        "rosenbrock": (rosenbrock, numpy.array([-0.5, 0.4, 0.3], numpy.float32), {}),
        "cosines": (cosines, numpy.array([2.9, -2.6, 2.2, 1.7], numpy.float32), {}),
    }
    for name, (evaluate, first, extras) in functions.items():
        for history in (3, 100):
            case = f"{name}_history{history}"
            optimizer = optimizers.Lbfgs(history)
            x = [torch.from_numpy(first).double()]
            for _ in range(12):
                x.append(optimizer.step(x[-1], evaluate(x[-1])[1], 1.0))
            write_case("lbfgs", case, x=torch.stack(x), **extras)

            optimizer = optimizers.StrongWolfeLbfgs(evaluate, x[0], history)
            x = [x[0]] + [optimizer.step() for _ in range(12)]
            write_case("lbfgs", case + "_wolfe", x=torch.stack(x),
                       evaluations=numpy.array(optimizer.evaluations, numpy.int64), **extras)


def schedules():
    """Learning rates at steps: initial 100, rate 0.96 (inverse time: 0.5), decay_steps 100."""
    start_family("schedule")
    steps = numpy.array([0, 1, 2, 99, 100, 101, 250, 1999, 2000, 4000], numpy.int64)
    for case, schedule in {
        "exponential": optimizers.exponential_decay(100.0, 0.96, 100),
        "exponential_staircase": optimizers.exponential_decay(100.0, 0.96, 100, staircase=True),
        "inverse_time": optimizers.inverse_time_decay(100.0, 0.5, 100),
        "inverse_time_staircase": optimizers.inverse_time_decay(100.0, 0.5, 100, staircase=True),
    }.items():
        write_case("schedule", case, steps=steps, rates=[schedule(step) for step in steps.tolist()])


FAMILIES = [convolution, pooling, gram, content_loss, style_loss, total_variation, wasserstein, moments,
            instance_normalization, scaled_tanh, gaussian_distance, preprocessing, optimizer_traces, lbfgs_traces,
            schedules]
