#!/usr/bin/python3
"""Writes the fixtures for reading, resizing and colouring pictures again.

It needs NumPy, PyTorch and Pillow (Debian: python3-numpy python3-torch python3-pil).

PNG files are written here, chunk by chunk, so that what they must decode to is known without a decoder. JPEG files are
written and decoded by Pillow.
"""

import io
import struct
import zlib

import numpy
import torch
from PIL import Image, ImageOps

from fixture_writer import ROOT, random_source, start_family, write_case

HEIGHT, WIDTH = 23, 37

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack_rows(samples, depth):
    """H x W x C integer samples -> filter type 0 and packed bits, row by row."""
    rows = bytearray()
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            packed = row.astype(">u2").tobytes()
        else:
            bits = (row[:, None] >> numpy.arange(depth - 1, -1, -1)) & 1
            packed = numpy.packbits(bits.reshape(-1).astype(numpy.uint8)).tobytes()
        rows += b"\0" + packed
    return bytes(rows)


def png(samples, color_type, depth=8, interlaced=False, before_data=b"", after_data=b""):
    height, width = samples.shape[:2]
    if interlaced:
        raw = b"".join(
            pack_rows(samples[y::dy, x::dx], depth)
            for y, x, dy, dx in ADAM7
            if samples[y::dy, x::dx].size > 0
        )
    else:
        raw = pack_rows(samples, depth)
    compressed = zlib.compress(raw, 9)
    half = len(compressed) // 2
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, int(interlaced))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before_data
        + chunk(b"IDAT", compressed[:half]) + chunk(b"IDAT", compressed[half:]) + after_data + chunk(b"IEND", b"")
    )


def scaled_to_bytes(samples, depth):
    """What an n-bit sample is as a byte: 255 s / (2^n - 1); of 16-bit ones the nearest byte."""
    return numpy.floor(samples * 255.0 / (2**depth - 1) + 0.5).astype(numpy.uint8)


def write_picture(case, suffix, file, rgb, alpha=None):
    write_case("pictures", case, rgb=rgb, **({} if alpha is None else {"alpha": alpha}))
    (ROOT / "pictures" / case / f"picture{suffix}").write_bytes(file)


def grey_to_rgb(grey):
    return numpy.repeat(grey, 3, axis=2)


def write_png_fixtures():
    def draw(name, channels, depth=8):
        return random_source("pictures", name).integers(0, 2**depth, (HEIGHT, WIDTH, channels))

    for depth in (1, 2, 4, 8, 16):
        samples = draw(f"grey{depth}", 1, depth)
        expected = grey_to_rgb(scaled_to_bytes(samples, depth))
        write_picture(f"png_grey{depth}", ".png", png(samples, GREY, depth), expected)

    for depth in (8, 16):
        samples = draw(f"rgb{depth}", 3, depth)
        write_picture(f"png_rgb{depth}", ".png", png(samples, RGB, depth), scaled_to_bytes(samples, depth))
        samples = draw(f"rgba{depth}", 4, depth)
        scaled = scaled_to_bytes(samples, depth)
        write_picture(f"png_rgba{depth}", ".png", png(samples, RGBA, depth), scaled[..., :3], scaled[..., 3])

    samples = draw("grey_alpha", 2)
    write_picture(
        "png_grey_alpha", ".png", png(samples, GREY_ALPHA), grey_to_rgb(samples[..., :1]).astype(numpy.uint8),
        samples[..., 1].astype(numpy.uint8))

    samples = draw("interlaced", 3)
    write_picture(
        "png_interlaced", ".png", png(samples, RGB, interlaced=True), samples.astype(numpy.uint8))

    for depth in (2, 8):
        colors = 2**depth
        palette = random_source("pictures", f"palette{depth}").integers(0, 256, (colors, 3)).astype(numpy.uint8)
        indices = draw(f"indices{depth}", 1, depth)
        plte = chunk(b"PLTE", palette.tobytes())
        write_picture(
            f"png_palette{depth}", ".png", png(indices, PALETTE, depth, before_data=plte), palette[indices[..., 0]])

    transparency = random_source("pictures", "transparency").integers(0, 256, 100).astype(numpy.uint8)
    alpha_table = numpy.concatenate([transparency, numpy.full(156, 255, numpy.uint8)])
    write_picture(
        "png_palette_transparent", ".png",
        png(indices, PALETTE, 8, before_data=plte + chunk(b"tRNS", transparency.tobytes())),
        palette[indices[..., 0]], alpha_table[indices[..., 0]])

    samples = draw("colour_key", 3)
    samples[5:9, 3:30] = (10, 200, 30)
    key = (samples == (10, 200, 30)).all(axis=2)
    write_picture(
        "png_colour_key", ".png", png(samples, RGB, before_data=chunk(b"tRNS", struct.pack(">3H", 10, 200, 30))),
        samples.astype(numpy.uint8), numpy.where(key, 0, 255).astype(numpy.uint8))

    # Gamma and profiles are ignored, as the recipes' own programs ignore them.
    samples = draw("gamma", 3)
    profile = chunk(b"iCCP", b"none\0\0" + zlib.compress(b"not a profile"))
    write_picture(
        "png_gamma", ".png", png(samples, RGB, before_data=chunk(b"gAMA", struct.pack(">I", 100000)) + profile),
        samples.astype(numpy.uint8))

    samples = draw("exif", 3)
    write_picture(
        "png_exif_rotated", ".png", png(samples, RGB, after_data=chunk(b"eXIf", tiff_orientation(6, "<"))),
        numpy.rot90(samples, -1).astype(numpy.uint8))


def tiff_orientation(orientation, byte_order):
    """An EXIF block: TIFF header and a directory of a model name and the orientation."""
    entries = [struct.pack(byte_order + "HHI4s", 0x0110, 2, 4, b"own\0"),
               struct.pack(byte_order + "HHIHH", 0x0112, 3, 1, orientation, 0)]
    return (
        (b"II" if byte_order == "<" else b"MM") + struct.pack(byte_order + "HIH", 42, 8, len(entries))
        + b"".join(entries) + struct.pack(byte_order + "I", 0)
    )


def smooth_picture(name, channels, height=HEIGHT, width=WIDTH):
    """Smooth colours, so that JPEG decoders may differ in how they interpolate chroma by a level or two only."""
    source = random_source("pictures", name)
    y, x = numpy.mgrid[0:height, 0:width] / max(height, width)
    planes = [
        127.5 + 100 * numpy.sin(
            2 * numpy.pi * (source.uniform(.3, 1) * x + source.uniform(.3, 1) * y + source.uniform()))
        for _ in range(channels)
    ]
    return numpy.stack(planes, axis=2).round().astype(numpy.uint8)


def write_jpeg_fixtures():
    def jpeg(image, **options):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", **options)
        return buffer.getvalue()

    def write(name, file):
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
        write_picture(name, ".jpg", file, numpy.asarray(image.convert("RGB")))

    color = Image.fromarray(smooth_picture("colour", 3))
    write("jpeg_444", jpeg(color, quality=95, subsampling=0))
    write("jpeg_422", jpeg(color, quality=90, subsampling=1))
    write("jpeg_420", jpeg(color, quality=85, subsampling=2))
    write("jpeg_progressive", jpeg(color, quality=90, progressive=True))
    write("jpeg_grey", jpeg(Image.fromarray(smooth_picture("grey", 1)[..., 0]), quality=90))
    write("jpeg_cmyk", jpeg(Image.fromarray(smooth_picture("cmyk", 4), "CMYK"), quality=95))
    for orientation in range(1, 9):
        exif = b"Exif\0\0" + tiff_orientation(orientation, "<>"[orientation % 2])
        write(f"jpeg_orientation{orientation}", jpeg(color, quality=90, subsampling=0, exif=exif))


RESAMPLING_SIZES = [
    # from height, width; to height, width
    (23, 37, 23, 37), (23, 37, 46, 74), (23, 37, 9, 8), (48, 36, 32, 24), (17, 5, 64, 40), (50, 41, 16, 41),
    (1, 1, 7, 5), (31, 2, 5, 33), (97, 64, 61, 3),
]
FILTERS = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def write_resampling_fixtures():
    """Pillow on float planes: no rounding between its two passes; torch for bilinear without antialiasing."""
    for height, width, new_height, new_width in RESAMPLING_SIZES:
        case = f"{height}x{width}_{new_height}x{new_width}"
        picture = random_source("resampling", case).integers(0, 256, (height, width, 4)).astype(numpy.uint8)
        results = {}
        for name, code in FILTERS.items():
            planes = [
                Image.fromarray(picture[..., c].astype(numpy.float32), "F").resize((new_width, new_height), code)
                for c in range(4)
            ]
            results[name] = numpy.clip(numpy.stack([numpy.asarray(plane) for plane in planes], axis=2), 0, 255)
        tensor = torch.from_numpy(picture.transpose(2, 0, 1).astype(numpy.float64))[None]
        plain = torch.nn.functional.interpolate(
            tensor, (new_height, new_width), mode="bilinear", align_corners=False, antialias=False)
        write_case("resampling", case, picture=picture,
                   bilinear_without_antialiasing=plain[0].permute(1, 2, 0), **results)


def write_nearest_picks():
    """Which pixel Pillow's nearest filter picks, for every pair of lengths up to 24 and some larger ones."""
    pairs = [(a, b) for a in range(1, 25) for b in range(1, 25)]
    pairs += [(533, 400), (600, 400), (1920, 711), (4032, 533), (3024, 400), (400, 3000), (1599, 1066), (999, 333)]
    picks = []
    for length, new_length in pairs:
        line = Image.fromarray(numpy.arange(length, dtype=numpy.int32)[None], "I")
        picks.append(numpy.asarray(line.resize((new_length, 1), Image.NEAREST))[0])
    write_case("nearest", "picks", lengths=numpy.array(pairs, numpy.int64),
               picks=numpy.concatenate(picks).astype(numpy.int64))


def random_picture(case, name, height, width, low, high):
    source = random_source(case, name)
    mixing = source.standard_normal((3, 3))
    picture = source.standard_normal((height, width, 3)) @ mixing
    picture -= picture.min()
    return (low + (high - low) * picture / picture.max()).astype(numpy.float32)


def write_color_fixtures():
    """Luminance swap, mean and covariance, histogram: by matrices and quantiles in NumPy."""
    y = numpy.array([.299, .587, .114])
    to_yuv = numpy.stack([y, 0.492 * (numpy.array([0, 0, 1]) - y), 0.877 * (numpy.array([1, 0, 0]) - y)])

    def root(matrix, power, floor=0.0):
        values, vectors = numpy.linalg.eigh(matrix)
        return (vectors * numpy.maximum(values, floor) ** power) @ vectors.T

    def matched_histogram(picture, reference):
        result = numpy.empty(picture.shape)
        for c in range(3):
            values, inverse, counts = numpy.unique(picture[..., c], return_inverse=True, return_counts=True)
            levels, level_counts = numpy.unique(reference[..., c], return_counts=True)
            quantiles = numpy.cumsum(counts) / counts.sum()
            level_quantiles = numpy.cumsum(level_counts) / level_counts.sum()
            mapped = numpy.interp(quantiles, level_quantiles, levels.astype(float))
            result[..., c] = mapped[inverse].reshape(picture.shape[:2])
        return result

    for case in ("floats", "bytes", "grey"):
        picture = random_picture("color_matching", case + "/picture", 13, 17, -20 if case == "floats" else 0, 255)
        reference = random_picture("color_matching", case + "/reference", 13, 17, 30, 220)
        if case != "floats":
            picture, reference = picture.round(), reference.round()
        if case == "grey":
            picture = numpy.repeat(picture[..., :1], 3, axis=2)
        p, r = picture.reshape(-1, 3).astype(float), reference.reshape(-1, 3).astype(float)
        yuv = r @ to_yuv.T
        yuv[:, 0] = p @ to_yuv[0]
        transform = root(numpy.cov(r.T, bias=True), .5) @ root(numpy.cov(p.T, bias=True), -.5, floor=1.0)
        write_case(
            "color_matching", case, picture=picture, reference=reference,
            luminance=numpy.clip(yuv @ numpy.linalg.inv(to_yuv).T, 0, 255).reshape(picture.shape),
            covariance=numpy.clip((p - p.mean(0)) @ transform.T + r.mean(0), 0, 255).reshape(picture.shape),
            histogram=matched_histogram(picture, reference))


def write_edge_fixtures():
    """As the TensorFlow tutorial computes and shows them, in levels instead of 0..1."""
    for height, width in ((2, 2), (9, 14), (16, 5)):
        case = f"{height}x{width}"
        picture = random_source("edges", case).integers(60, 190, (height, width, 3)).astype(numpy.float32)
        x = picture.astype(float)
        padded = numpy.pad(x, ((1, 1), (1, 1), (0, 0)), mode="reflect")
        window = {(i, j): padded[i:i + height, j:j + width] for i in range(3) for j in range(3)}
        kernel = numpy.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
        sobel = [sum(k[i, j] * window[i, j] for i in range(3) for j in range(3)) for k in (kernel, kernel.T)]
        shown = lambda edges, scale: numpy.clip(scale * edges + 127.5, 0, 255)
        write_case(
            "edges", case, picture=picture,
            horizontal_deltas=shown(x[1:] - x[:-1], 2), vertical_deltas=shown(x[:, 1:] - x[:, :-1], 2),
            horizontal_sobel=shown(sobel[0], .25), vertical_sobel=shown(sobel[1], .25))


if __name__ == "__main__":
    for family in ("pictures", "resampling", "nearest", "color_matching", "edges"):
        start_family(family)
    write_png_fixtures()
    write_jpeg_fixtures()
    write_resampling_fixtures()
    write_nearest_picks()
    write_color_fixtures()
    write_edge_fixtures()
