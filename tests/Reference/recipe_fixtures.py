"""Fixtures of the network and of whole recipes, on a small VGG19 with drawn weights."""

from dataclasses import replace
from functools import partial

import numpy
import torch
from torch.nn import functional

import optimizers
import scores as reference_scores
from fixture_writer import normal, random_source, start_family, to_channels_last, write_case
from recipes import (PRESETS, STYLE_LAYERS, IterateAverage, Objective, optimise, optimise_strong_wolfe,
                     with_pooling)
from vgg19 import CONVOLUTIONS, LAYERS, MEANS, Vgg19

# Output channels by block: VGG19's 64, 128, 256, 512, 512 made small, not all of them multiples of 8.
CHANNELS = (8, 12, 16, 24, 20)
# Root mean square of each convolution's output on the content picture with average pooling: as in the real network
# (seven pictures at 384 px), which the recipes' constants are made for; block 5 raised, that its terms count.
ACTIVATIONS = (45.6, 193.7) + (155, 206) + (142, 153, 270, 469) + (364, 287, 167, 64.5) + (30, 20, 15, 12)
CONTENT_SIZE, STYLE_SIZE = (33, 45), (41, 36)
STEPS = 20


def draw_picture(source, height, width):
    """Bytes with large smooth shapes, edges and some grain: broad waves, a few discs, noise of 8 levels."""
    rows, columns = numpy.mgrid[0:height, 0:width] / max(height, width)
    picture = numpy.full((height, width, 3), 120.0)
    for _ in range(6):
        fx, fy, phase = source.uniform(-12, 12), source.uniform(-12, 12), source.uniform(0, 6.3)
        picture += source.uniform(-35, 35, 3) * numpy.sin(fx * columns + fy * rows + phase)[..., None]
    for _ in range(5):
        centre, radius = source.uniform(0, 1, 2), source.uniform(0.05, 0.2)
        inside = (rows - centre[0]) ** 2 + (columns - centre[1]) ** 2 < radius ** 2
        picture[inside] += source.uniform(-60, 60, 3)
    picture += 8 * source.standard_normal(picture.shape)
    return numpy.clip(numpy.round(picture), 0, 255).astype(numpy.uint8)


def draw_weights(source, picture):
    """He's normal kernels, each layer then scaled so that its output has the root mean square of ACTIVATIONS."""
    weights = {}
    x = torch.from_numpy((picture[..., ::-1] - MEANS).transpose(2, 0, 1).copy())[None]
    for layer, rms in zip(CONVOLUTIONS, ACTIVATIONS):
        if layer.endswith("conv1") and layer != CONVOLUTIONS[0]:
            x = functional.avg_pool2d(x, 2)
        shape = 3, 3, x.shape[1], CHANNELS[int(layer[5]) - 1]
        kernel = normal(source, *shape, scale=(2 / (9 * shape[2])) ** 0.5)
        bias = normal(source, shape[3], scale=0.1 * x.pow(2).mean().sqrt().item())

        def output():
            oihw = torch.from_numpy(kernel).double().permute(3, 2, 0, 1)
            return functional.relu(functional.conv2d(x, oihw, torch.from_numpy(bias).double(), padding=1))

        factor = numpy.float32(rms / output().pow(2).mean().sqrt().item())
        kernel, bias = kernel * factor, bias * factor
        weights[layer], x = (kernel, bias), output()
    return weights


def small_network():
    """The pictures and weights that all of this file's fixtures share."""
    source = random_source("small_vgg", "inputs")
    content, style, square_style = (draw_picture(source, *size) for size in (CONTENT_SIZE, STYLE_SIZE, CONTENT_SIZE))
    return content, style, square_style, draw_weights(source, content)


def small_vgg():
    """inputs: the pictures; weights: <layer>_kernel, <layer>_bias; max, average: every layer's output on content."""
    start_family("small_vgg")
    content, style, square_style, weights = small_network()
    write_case("small_vgg", "inputs", content=content, style=style, style_of_content_size=square_style)
    write_case("small_vgg", "weights",
               **{f"{layer}_{name}": array for layer, pair in weights.items()
                  for name, array in zip(("kernel", "bias"), pair)})
    pixels = torch.from_numpy((content[..., ::-1] - MEANS).transpose(2, 0, 1).copy())
    for pooling in ("max", "average"):
        features = Vgg19(weights, torch.float64, pooling).features(pixels, LAYERS)
        # What comes before the first pool does not depend on it and is stored once.
        layers = LAYERS if pooling == "max" else LAYERS[LAYERS.index("block1_pool"):]
        write_case("small_vgg", pooling, **{layer: to_channels_last(features[layer]) for layer in layers})


def row(terms, rate):
    return [term.item() for term in (terms.loss, terms.content, terms.style, terms.total_variation)] + [rate]


def run(objective, start, loop, **options):
    """Rows of loss, content, style, total variation and learning rate before each step, and every iterate after."""
    rows, iterates = [], []
    for terms, rate, variable, _ in loop(objective, start, STEPS, **options):
        rows.append(row(terms, rate))
        iterates.append(variable)
    return numpy.array(rows), iterates


def result(preset, start, iterates):
    """The picture that a run ends with: the average of its iterates where the preset has one, else the last."""
    if preset.average_decay is None:
        return iterates[-1]
    average = IterateAverage(preset.average_decay, start)
    for iterate in iterates:
        average.add(iterate)
    return average.value()


def in_float32(tensor):
    return tensor.float().double()


def sensitivity(trace, others):
    """For each row the largest relative change of the loss, up to that row, in the traces of other runs."""
    return numpy.maximum.accumulate(numpy.max([numpy.abs(other[:, 0] / trace[:, 0] - 1) for other in others], axis=0))


def picture_sensitivity(picture, others):
    """The largest relative L2 distance of the pictures that other runs end with."""
    return max((other.double() - picture).norm() / picture.norm() for other in others)


def draw_masks(height, width):
    """Two soft masks that overlap: one falls from the left edge to nothing in the middle, one is a quarter below a
    third of the height."""
    rows, columns = numpy.mgrid[0:height, 0:width]
    left = numpy.maximum(0, 1 - 2 * columns / width)
    top = numpy.where(rows < height // 3, 1, 0.25)
    return [mask.astype(numpy.float32) for mask in (left, top)]


def recipes():
    """Every preset from the content; other starts, poolings, optimizers, several styles, masks and normalised gradients
    where they matter.

    gradient and layers (style terms) are those at the start; trace has STEPS rows, see run(); picture is the variable
    after the last step; sensitivity and picture_sensitivity: see there, of the run in float32 and of the one whose
    picture alone is rounded to float32 after each step.
    """
    start_family("recipe")
    content, style, square_style, weights = small_network()
    noise = normal(random_source("recipe", "noise"), *CONTENT_SIZE, 3)
    # name: (preset, styles, their shares, whether N(0, 1) is added to the start, loop)
    runs = {name: (preset, [square_style if name in ("keras", "average") else style], None, False, optimise)
            for name, preset in PRESETS.items()}
    runs["balanced_destriped"] = runs.pop("balanced")
    # Short steps along a gradient that keeps its stripes: what amplifies rounding least.
    plain = replace(PRESETS["balanced"], destriping=False, first_step=2.0)
    runs["balanced"] = plain, [style], None, False, optimise
    runs["keras_average_pooling"] = with_pooling(PRESETS["keras"], "average"), [square_style], None, False, optimise
    runs["balanced_average_pooling"] = with_pooling(plain, "average"), [style], None, False, optimise
    runs["balanced_max_pooling"] = with_pooling(plain, "max"), [style], None, False, optimise
    runs["balanced_two_styles"] = plain, [style, square_style], [0.7, 0.3], False, optimise
    runs["average_noise"] = PRESETS["average"], [square_style], None, True, optimise
    runs["gatys_two_styles"] = PRESETS["gatys"], [style, square_style], [3, 1], False, optimise
    # neural-style-pt's other optimizer: Adam in PyTorch's form.
    adam = replace(PRESETS["gatys"], optimizer=lambda: optimizers.Adam(0.9, 0.999, 1e-8, epsilon_hat=False),
                   schedule=lambda t: 10.0)
    runs["gatys_adam"] = adam, [style], None, False, optimise
    # Of levels in 0..1: its first trial, of L1 length 1, is long enough for float32 to see how the loss bends. Where
    # that is one level in all, rounding decides how far the line search reaches.
    runs["tensorflow_wolfe"] = PRESETS["tensorflow"], [style], None, False, optimise_strong_wolfe
    runs["multiscale_two_styles"] = PRESETS["multiscale"], [style, square_style], [1, 2], False, optimise
    runs["multiscale_average_pooling"] = with_pooling(PRESETS["multiscale"], "average"), [style], None, False, optimise
    # From noise: at the content the content gradient is rounding alone, which normalising would blow up.
    runs["balanced_normalized"] = (replace(plain, normalize_gradients=True), [style], None, True,
                                   optimise)
    # From a picture that is finished, whose first gradient is no measure: later ones are bounded.
    runs["balanced_continued"] = plain, [style], None, False, optimise
    masked = {"balanced_masks": plain, "painting_masks": PRESETS["painting"],
              "multiscale_masks_average_pooling": with_pooling(PRESETS["multiscale"], "average")}
    masks = draw_masks(*CONTENT_SIZE)
    for name, preset in masked.items():
        runs[name] = preset, [style, square_style], [2, 1], False, optimise
    for name, (preset, styles, shares, with_noise, loop) in runs.items():
        objective_of = partial(Objective, preset, weights, content, styles, shares,
                               masks=masks if name in masked else None)
        objective = objective_of()
        start = objective.variable(content)
        if with_noise:
            start = start + torch.from_numpy(noise).permute(2, 0, 1)
        if name.endswith("_continued"):
            *_, (_, _, start, _) = optimise(objective, start, 100)
        start = start.float().double()
        terms, gradient = objective.evaluate(start)
        trace, iterates = run(objective, start, loop)
        extras = {}
        picture = result(preset, start, iterates)
        if preset.average_decay is not None:
            extras["average"] = to_channels_last(picture)
        if name in masked:
            extras["mask_1"], extras["mask_2"] = masks
        others = [run(objective_of(dtype=torch.float32), start.float(), loop),
                  run(objective, start, loop, stored=in_float32)]
        stability = sensitivity(trace, [rows for rows, _ in others])
        write_case("recipe", name, start=to_channels_last(start).astype(numpy.float32), trace=trace,
                   sensitivity=stability,
                   picture_sensitivity=picture_sensitivity(picture, [result(preset, start, at) for _, at in others]),
                   gradient=to_channels_last(gradient), picture=to_channels_last(iterates[-1]),
                   layers=[terms.layers[layer].item() for layer in STYLE_LAYERS], **extras)
        print(f"    {name:28} loss {trace[0, 0]:12.6g} -> {trace[-1, 0]:12.6g}   sensitivity by row "
              f"2, 5, 10, 20: " + ", ".join(f"{stability[step]:.0e}" for step in (1, 4, 9, 19)))


def enlarge(tensor, size, mode):
    """PyTorch's interpolation, half-pixel centres, edges repeated; its bicubic kernel has a = -0.75."""
    return functional.interpolate(tensor[None], size, mode=mode, align_corners=False)[0]


def run_scales(preset, weights, pictures, style, dtype=torch.float64, stored=lambda variable: variable):
    """The trace, the result, and what goes from one scale to the next."""
    arrays, trace, optimizer = {}, [], None
    for picture in pictures:
        objective = Objective(preset, weights, picture, [style], dtype=dtype)
        if optimizer is None:
            start = objective.variable(picture)
        else:
            size = picture.shape[:2]
            arrays.update(average_small=average.value(), first_small=optimizer.first, second_small=optimizer.second)
            start = objective.clip(enlarge(average.value(), size, "bicubic"))
            optimizer.first = enlarge(optimizer.first, size, "bicubic")
            optimizer.second = enlarge(optimizer.second, size, "bilinear").clamp(min=0)
            arrays.update(start_large=start, first_large=optimizer.first, second_large=optimizer.second)
        average = IterateAverage(preset.average_decay, start)
        for terms, rate, variable, optimizer in optimise(objective, start, STEPS // 2, optimizer, stored):
            trace.append(row(terms, rate))
            average.add(variable)
    return numpy.array(trace), average.value(), arrays


def scales():
    """recipe/multiscale_two_scales: ten steps on content_small, then ten on the content, Adam's step count going on.

    The second scale starts from average_small, the average of the first one's iterates, enlarged bicubically and
    clipped (start_large); Adam's first moment is enlarged bicubically, its second bilinearly and clipped at 0.
    """
    content, style, _, weights = small_network()
    small = content[::2, ::2].copy()
    run_in = partial(run_scales, PRESETS["multiscale"], weights, (small, content), style)
    trace, picture, arrays = run_in()
    others = [run_in(dtype=torch.float32), run_in(stored=in_float32)]
    write_case("recipe", "multiscale_two_scales", content_small=small, trace=trace, average=to_channels_last(picture),
               sensitivity=sensitivity(trace, [rows for rows, _, _ in others]),
               picture_sensitivity=picture_sensitivity(picture, [last for _, last, _ in others]),
               **{name: to_channels_last(array) for name, array in arrays.items()})


def scores():
    """scores/small_vgg: a picture between content and style, judged: rows of value, the content's and the style's."""
    start_family("scores")
    content, style, stretched, weights = small_network()
    picture = numpy.round(0.6 * content + 0.4 * stretched[::-1]).astype(numpy.uint8)
    write_case("scores", "small_vgg", picture=picture,
               scores=reference_scores.scores(weights, picture, content, style, stretched))


FAMILIES = [small_vgg, recipes, scales, scores]
