"""The two backbones, under torchvision's and timm's names, and Glean's weights file."""

import torchvision_operators  # noqa: F401  before torchvision

import json
import os
from pathlib import Path

from safetensors.torch import save_file
from timm.models.vision_transformer import VisionTransformer
from torch import nn
from torchvision.models.resnet import BasicBlock, conv1x1


class SmallResNet18(nn.Module):
    """torchvision's ResNet-18 of any width with a 3x3 stem and no max-pool, up to the pooling."""

    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        inputs = width
        for stage in range(4):
            channels, stride, projection = width << stage, 1, None
            if stage > 0:
                stride = 2
                projection = nn.Sequential(
                    conv1x1(inputs, channels, stride), nn.BatchNorm2d(channels)
                )
            first = BasicBlock(inputs, channels, stride, projection)
            blocks = nn.Sequential(first, BasicBlock(channels, channels))
            self.add_module(f"layer{stage + 1}", blocks)
            inputs = channels
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        self.features = inputs

    def forward(self, images):
        x = self.bn1(self.conv1(images)).relu()
        return self.layer4(self.layer3(self.layer2(self.layer1(x)))).mean((2, 3))


class MicroViT(VisionTransformer):
    """timm's ViT with 96 features, 3 heads, 6 blocks; its feature is the class token."""

    def __init__(self, image_size, patch=4):
        super().__init__(
            img_size=image_size,
            patch_size=patch,
            embed_dim=96,
            depth=6,
            num_heads=3,
            num_classes=0,
            dynamic_img_size=True,  # small views resample the positions
        )
        self.features = 96


def backbone(text, image_size):
    """The network that `text` describes, and what Glean's files say of it."""
    name, _, width = text.partition(":width=")
    common = {"imageSize": image_size, "inputChannels": 3}
    if name == "resnet18" and (width or "64").isdigit():
        width = int(width or 64)
        spec = {"architecture": name, "stem": "small", "width": width, **common}
        return SmallResNet18(width), spec
    if text == "vit-micro":
        spec = {"architecture": text, "patch": 4, "pooling": "class", "width": 96, **common}
        return MicroViT(image_size), spec
    raise SystemExit(f"--backbone: found '{text}', expected resnet18:width=16 or vit-micro")


def save(network, spec, path):
    """Writes the weights under a temporary name, then renames."""
    partial = Path(f"{path}.partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    save_file(tensors, partial, metadata={"glean.backbone": json.dumps(spec, sort_keys=True)})
    os.replace(partial, path)
