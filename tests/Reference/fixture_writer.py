"""Writes fixtures: one folder per case, one little-endian .npy (format 1.0) per array.

Inputs are drawn in float32, so that the program under test starts from exactly the numbers that the double-precision
reference starts from; results are stored as float64.
"""

import shutil
import zlib
from pathlib import Path

import numpy
import torch

ROOT = Path(__file__).parent / "fixtures"


def start_family(family):
    """Removes what an earlier run wrote for the family."""
    shutil.rmtree(ROOT / family, ignore_errors=True)


def random_source(family, case):
    """A generator seeded by the case's name: adding a case changes no other."""
    return numpy.random.Generator(numpy.random.PCG64(zlib.crc32(f"{family}/{case}".encode())))


def write_case(family, case, **arrays):
    folder = ROOT / family / case
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in arrays.items():
        if isinstance(value, torch.Tensor):
            value = value.detach().numpy()
        value = numpy.array(value, order="C")
        if value.dtype.kind == "f" and value.dtype != numpy.float32:
            value = value.astype("<f8")
        if not numpy.isfinite(value).all():
            raise ArithmeticError(f"{family}/{case}/{name} is not finite")
        with open(folder / f"{name}.npy", "wb") as file:
            numpy.lib.format.write_array(file, value, version=(1, 0), allow_pickle=False)


def normal(source, *shape, scale=1.0):
    return (scale * source.standard_normal(shape)).astype(numpy.float32)


def to_channels_first(array):
    """H x W x C array -> C x H x W double tensor."""
    return torch.from_numpy(numpy.ascontiguousarray(array.transpose(2, 0, 1))).double()


def to_channels_last(tensor):
    """C x H x W tensor -> H x W x C array."""
    return tensor.detach().permute(1, 2, 0).contiguous().numpy()
