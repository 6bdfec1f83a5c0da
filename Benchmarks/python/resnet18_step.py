"""Forward and backward of ResNet-18 with the small stem: BareStep.swift in plain PyTorch.

Usage: resnet18_step.py THREADS VIEWS
"""

import sys
import time

import torch
from torch import nn

from serve import serve


class Block(nn.Module):
    """relu(F(x) + x) with two 3x3 convolutions."""

    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = None
        if stride != 1 or inputs != channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
            )

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet18(nn.Module):
    """Width 64, no pooling in the stem, pooled features."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        blocks, inputs = [], 64
        for stage in range(4):
            for index in range(2):
                stride = 2 if stage > 0 and index == 0 else 1
                blocks.append(Block(inputs, 64 << stage, stride))
                inputs = 64 << stage
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x):
        return self.blocks(torch.relu(self.bn1(self.conv1(x)))).mean((2, 3))


threads, views = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
torch.manual_seed(0)
net = ResNet18().to(memory_format=torch.channels_last)
images = torch.randn(views, 3, 32, 32).to(memory_format=torch.channels_last)


def run(steps):
    began = time.perf_counter()
    for _ in range(steps):
        with torch.autocast("cpu", torch.bfloat16):
            loss = net(images).float().square().mean()
        net.zero_grad(set_to_none=True)
        loss.backward()
    return {"seconds": time.perf_counter() - began}


serve(f"torch {torch.__version__}, {torch.get_num_threads()} threads", run)
