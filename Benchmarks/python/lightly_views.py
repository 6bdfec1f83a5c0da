"""lightly's SimCLR transform on decoded images, one process, one thread.

Usage: lightly_views.py FILE SIDE FILE SIDE: raw RGB bytes of square images, small and large.
"""

import sys
import time
from importlib.metadata import version

import numpy as np
import torch

import torchvision_operators  # noqa: F401  before torchvision
from lightly.transforms.simclr_transform import SimCLRTransform
from PIL import Image

from serve import serve

torch.set_num_threads(1)
torch.set_flush_denormal(True)


def pictures(path, side):
    pixels = np.fromfile(path, dtype=np.uint8).reshape(-1, side, side, 3)
    return [Image.fromarray(image) for image in pixels]


small, large = (pictures(sys.argv[i], int(sys.argv[i + 1])) for i in (1, 3))


def run(count, size, blur):
    transform = SimCLRTransform(input_size=size, gaussian_blur=0.5 if blur else 0.0)
    images = (small if size <= 32 else large)[:count]
    assert len(images) == count
    began = time.perf_counter()
    for image in images:
        transform(image)
    return {"seconds": time.perf_counter() - began}


serve(f"lightly {version('lightly')}, torchvision {version('torchvision')}", run)
