"""To be imported before torchvision: names the operators that it asks for at import.

torchvision's compiled operators may not fit this torch. Its transforms and networks do not need
them.
"""

import torch

library = torch.library.Library("torchvision", "DEF")
for name in ("nms", "qnms"):
    try:
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    except RuntimeError:
        pass  # they are there
