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
from PIL import Image, ImageCms, ImageOps

from fixture_writer import ROOT, random_source, start_family, write_case

HEIGHT, WIDTH = 23, 37

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
RELATIVE_COLORIMETRIC = 1
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

    for name, channels, kind in (("rgb", 3, RGB), ("rgba", 4, RGBA)):
        samples = draw(f"{name}_interlaced16", channels, 16)
        scaled = scaled_to_bytes(samples, 16)
        write_picture(f"png_{name}_interlaced16", ".png", png(samples, kind, 16, interlaced=True), scaled[..., :3],
                      scaled[..., 3] if kind == RGBA else None)

    samples = draw("exif", 3)
    turned = numpy.rot90(samples, -1).astype(numpy.uint8)
    write_picture(
        "png_exif_rotated", ".png", png(samples, RGB, after_data=chunk(b"eXIf", tiff_orientation(6, "<"))), turned)
    write_picture(
        "png_exif_long", ".png", png(samples, RGB, before_data=chunk(b"eXIf", tiff_orientation(6, ">", "I"))), turned)
    digits = (b"Exif\0\0" + tiff_orientation(6, ">")).hex().encode()
    raw_profile = b"\nexif\n%8d\n%s\n%s\n" % (len(digits) // 2, digits[:72], digits[72:])
    write_picture(
        "png_raw_profile", ".png",
        png(samples, RGB, before_data=chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw_profile))),
        turned)
    write_picture(
        "png_raw_profile_plain", ".png",
        png(samples, RGB, after_data=chunk(b"tEXt", b"Raw profile type APP1\0" + raw_profile)), turned)
    write_picture(
        "png_xmp", ".png",
        png(samples, RGB, before_data=chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP_ORIENTATION_6)), turned)

    # Wrong checksums where no pixel depends on them, and data in many chunks, some of them empty.
    samples = draw("forgiven", 3)
    rows = zlib.compress(pack_rows(samples, 8))
    wrong = [bytearray(chunk(b"tEXt", b"Comment\0own")), bytearray(chunk(b"tIME", bytes([7, 208, 1, 1, 0, 0, 0])))]
    for one in wrong:
        one[-1] ^= 1
    pieces = [b"", rows[:100], b"", rows[100:101], rows[101:], b""]
    write_picture(
        "png_forgiven", ".png",
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, RGB, 0, 0, 0)) + wrong[0]
        + b"".join(chunk(b"IDAT", piece) for piece in pieces) + wrong[1] + chunk(b"IEND", b"")[:-1] + b"x",
        samples.astype(numpy.uint8))


XMP_ORIENTATION_6 = b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'


def write_color_space_fixtures():
    """Profiles by littleCMS, through Pillow; gamma and chromaticities by their definition."""
    def draw(name, channels):
        return random_source("pictures", name).integers(0, 256, (HEIGHT, WIDTH, channels)).astype(numpy.uint8)

    def embedded(profile):
        return chunk(b"iCCP", b"own\0\0" + zlib.compress(profile))

    def converted(samples, profile):
        return numpy.asarray(ImageCms.profileToProfile(
            Image.fromarray(samples), ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"),
            renderingIntent=RELATIVE_COLORIMETRIC))

    p3 = primaries_in_d50(D65, (.680, .320), (.265, .690), (.150, .060))
    parametric = curve_of_form(3, 2.4, 1 / 1.055, .055 / 1.055, 1 / 12.92, .04045)
    table = curve_table([round(65535 * (i / 63) ** 1.5) for i in range(64)])
    profiles = {
        "parametric": matrix_profile(p3, [parametric] * 3),
        "table": matrix_profile(p3[:, [1, 0, 2]], [table, parametric, curve_gamma(2.2)]),
        "linear": matrix_profile(primaries_in_d50((.3457, .3585), (.7347, .2653), (.1596, .8404), (.0366, .0001)),
                                 [curve_table([])] * 3),
    }
    for name, profile in profiles.items():
        samples = draw(f"icc_{name}", 3)
        write_picture(f"png_icc_{name}", ".png", png(samples, RGB, before_data=embedded(profile)),
                      converted(samples, profile))

    grey = draw("icc_grey", 1)
    write_picture("png_icc_grey", ".png", png(grey, GREY, before_data=embedded(grey_profile(curve_gamma(1.25)))),
                  grey_to_rgb(srgb_levels((grey / 255.0) ** 1.25)))

    # sRGB by another name stays as it is, to the bit.
    samples = draw("icc_srgb", 3)
    srgb = matrix_profile(primaries_in_d50(*SRGB), [parametric] * 3)
    write_picture("png_icc_srgb", ".png", png(samples, RGB, before_data=embedded(srgb)), samples)
    gamma = lambda value: chunk(b"gAMA", struct.pack(">I", round(100000 * value)))
    points = lambda *xy: chunk(b"cHRM", struct.pack(">8I", *(round(100000 * value) for point in xy for value in point)))
    write_picture("png_gamma_srgb", ".png", png(samples, RGB, before_data=gamma(.45455) + points(*SRGB)), samples)

    # A profile that cannot be applied leaves the word to gamma.
    samples = draw("gamma", 3)
    write_picture(
        "png_gamma", ".png",
        png(samples, RGB, before_data=gamma(1) + chunk(b"iCCP", b"none\0\0" + zlib.compress(b"not a profile"))),
        srgb_levels(samples / 255.0))
    apple = (D65, (.625, .340), (.280, .595), (.155, .070))
    light = (samples / 255.0) ** 1.8 @ primaries_in_d50(*apple).T @ numpy.linalg.inv(primaries_in_d50(*SRGB)).T
    write_picture("png_gamma_points", ".png", png(samples, RGB, before_data=gamma(1 / 1.8) + points(*apple)),
                  srgb_levels(light))
    light = srgb_light(samples / 255.0) @ p3.T @ numpy.linalg.inv(primaries_in_d50(*SRGB)).T
    write_picture("png_cicp", ".png", png(samples, RGB, before_data=gamma(1) + chunk(b"cICP", bytes([12, 13, 0, 1]))),
                  srgb_levels(light))

    # Not saturated: what decoders differ by grows at the edge of the gamut.
    color = 100 + smooth_picture("colour", 3) // 4
    plain = jpeg(Image.fromarray(color), quality=95, subsampling=0)
    profile = profiles["parametric"]
    parts = [struct.pack(">BBH12sBB", 255, 0xE2, len(part) + 16, b"ICC_PROFILE\0", number, 2) + part
             for number, part in ((2, profile[200:]), (1, profile[:200]))]
    write_picture("jpeg_icc", ".jpg", plain[:2] + b"".join(parts) + plain[2:], converted(color, profile))


def write_jpeg_ends():
    """Without an end marker, and with something else in its place: every pixel is there."""
    color = Image.fromarray(smooth_picture("colour", 3))
    for name, options in (("baseline", {}), ("progressive", {"progressive": True})):
        whole = jpeg(color, quality=95, subsampling=0, **options)
        pixels = numpy.asarray(Image.open(io.BytesIO(whole)).convert("RGB"))
        write_picture(f"jpeg_no_end_{name}", ".jpg", whole[:-2], pixels)
        write_picture(f"jpeg_no_end_{name}_trailer", ".jpg", whole[:-2] + b"\0\0a trailer\xff\xe1\xff\xff", pixels)


D65 = (.3127, .3290)
SRGB = (D65, (.64, .33), (.30, .60), (.15, .06))


def primaries_in_d50(white, *primaries):
    """XYZ of red, green and blue as columns, their white adapted to D50 by Bradford's matrix."""
    def xyz(x, y):
        return numpy.array([x / y, 1, (1 - x - y) / y])

    columns = numpy.stack([xyz(*point) for point in primaries], axis=1)
    columns = columns * numpy.linalg.solve(columns, xyz(*white))
    cones = numpy.array([[.8951, .2664, -.1614], [-.7502, 1.7135, .0367], [.0389, -.0685, 1.0296]])
    gain = (cones @ [.9642, 1, .8249]) / (cones @ xyz(*white))
    return numpy.linalg.inv(cones) @ numpy.diag(gain) @ cones @ columns


def srgb_light(level):
    return numpy.where(level <= .04045, level / 12.92, ((level + .055) / 1.055) ** 2.4)


def srgb_levels(light):
    light = numpy.clip(light, 0, 1)
    return 255 * numpy.where(light <= .0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - .055)


def fixed(*values):
    return struct.pack(f">{len(values)}i", *(round(65536 * value) for value in values))


def curve_of_form(form, *parameters):
    return b"para\0\0\0\0" + struct.pack(">HH", form, 0) + fixed(*parameters)


def curve_table(entries):
    return b"curv\0\0\0\0" + struct.pack(f">I{len(entries)}H", len(entries), *entries)


def curve_gamma(gamma):
    return curve_table([round(256 * gamma)])


def icc_profile(space, tags):
    """An ICC profile of version 4 whose tags are those of a display."""
    tags = {b"desc": b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", 6, 28) + "own".encode("utf-16-be"),
            b"wtpt": b"XYZ \0\0\0\0" + fixed(.9642, 1, .8249), **tags}
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += struct.pack(">4sII", name, 132 + 12 * len(tags) + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    header = struct.pack(">I4sI4s4s4s12s4s", 128 + len(table) + len(data), b"", 0x04000000, b"mntr", space, b"XYZ ",
                         struct.pack(">6H", 2026, 1, 1, 0, 0, 0), b"acsp") + bytes(28) + fixed(.9642, 1, .8249)
    return header.ljust(128, b"\0") + table + data


def matrix_profile(primaries, curves):
    tags = {}
    for i, color in enumerate((b"r", b"g", b"b")):
        tags[color + b"XYZ"] = b"XYZ \0\0\0\0" + fixed(*primaries[:, i])
        tags[color + b"TRC"] = curves[i]
    return icc_profile(b"RGB ", tags)


def grey_profile(curve):
    return icc_profile(b"GRAY", {b"kTRC": curve})


def tiff_orientation(orientation, byte_order, kind="H"):
    """An EXIF block: TIFF header and a directory of a model name and the orientation, a SHORT (H) or a LONG (I)."""
    value = struct.pack(byte_order + kind, orientation).ljust(4, b"\0")
    entries = [struct.pack(byte_order + "HHI4s", 0x0110, 2, 4, b"own\0"),
               struct.pack(byte_order + "HHI4s", 0x0112, 3 if kind == "H" else 4, 1, value)]
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


def jpeg(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def write_jpeg_fixtures():
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
    exif = b"Exif\0\0" + tiff_orientation(6, ">", "I")
    write("jpeg_orientation_long", jpeg(color, quality=90, subsampling=0, exif=exif))
    plain = jpeg(color, quality=90, subsampling=0)
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + XMP_ORIENTATION_6
    write_picture("jpeg_xmp", ".jpg", plain[:2] + struct.pack(">HH", 0xFFE1, len(xmp) + 2) + xmp + plain[2:],
                  numpy.rot90(numpy.asarray(Image.open(io.BytesIO(plain))), -1))


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
    write_color_space_fixtures()
    write_jpeg_ends()
    write_resampling_fixtures()
    write_nearest_picks()
    write_color_fixtures()
    write_edge_fixtures()
