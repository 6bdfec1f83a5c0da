"""lightly's SimCLR transform on decoded images, one process, one thread.

Usage: lightly_views.py FILE SIDE FILE SIDE: raw RGB bytes of square images, small and large.
"""

import sys
import time
from importlib.metadata import version

import numpy as np
import torch

# torchvision's compiled operators may not fit this torch; the transforms do not need them, but the
# import asks for their names.
operators = torch.library.Library("torchvision", "DEF")
for name in ("nms", "qnms"):
    try:
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    except RuntimeError:
        pass  # they are there

from lightly.transforms.simclr_transform import SimCLRTransform  # noqa: E402
from PIL import Image  # noqa: E402

from serve import serve  # noqa: E402

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
