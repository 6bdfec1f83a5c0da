"""Pretrains a backbone with lightly's parts, under Glean's rule for short runs.

The counterpart of `glean pretrain`: same data, backbone, steps, batch and optimiser; the weights
file is one that Glean's probes read. `--help` tells the arguments.
"""

import os

# Threads that wait give way: the processes that make views want the same cores.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torchvision_operators  # noqa: F401  before torchvision

import argparse
import json
import math
import sys
import time
from pathlib import Path

import torch

from lightly_backbones import backbone, save
from lightly_data import batches, read
from lightly_methods import METHODS, Run


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("--images", required=True, help="folder with train/CLASS/IMAGE")
    parser.add_argument("--out", required=True, type=Path, help="the .safetensors file to write")
    parser.add_argument("--backbone", default="resnet18:width=16", help="or vit-micro")
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--image-size", type=int, default=32, help="side of a view in pixels")
    parser.add_argument("--precision", choices=("bf16", "fp32"), default="bf16")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--workers", type=int, default=2, help="processes that make views")
    parser.add_argument(
        "--queue", type=int, default=-1, metavar="LENGTH",
        help="swav: embeddings of earlier batches; by default as many as Glean takes, 0 for none",
    )  # fmt: skip
    parser.add_argument(
        "--decoder", default="96,2,3", metavar="WIDTH,DEPTH,HEADS", help="mae: the decoder"
    )
    return parser.parse_args()


def learning_rate(step, steps, peak):
    """Linear warm-up over a twentieth of the run, then half a cosine to zero."""
    warm_up = max(1, int(0.05 * steps))
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up))) / 2


def optimiser(method, is_vit):
    """AdamW, which decays matrices and kernels only."""
    parameters = [p for p in method.parameters() if p.requires_grad]
    decay = 5e-2 if is_vit else 1e-2
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    fused = parameters[0].is_cuda or None
    return torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8, fused=fused)


def train(method, loader, options, is_vit):
    """Takes all steps and returns the last loss."""
    layout = torch.contiguous_format if is_vit else torch.channels_last
    method.to(options.device, memory_format=layout).train()
    adam = optimiser(method, is_vit)
    peak = (1e-3 if is_vit else 2e-3) * math.sqrt(options.batch / 128)
    began = time.perf_counter()
    for step, views in enumerate(loader):
        views = [
            images.to(options.device, memory_format=layout, non_blocking=True) for images in views
        ]
        with torch.autocast(options.device, torch.bfloat16, enabled=options.precision == "bf16"):
            outputs = method(views)
        loss = method.loss([output.float() for output in outputs], step)
        adam.zero_grad(set_to_none=True)
        loss.backward()
        method.before_update(step)
        for group in adam.param_groups:
            group["lr"] = learning_rate(step, options.steps, peak)
        adam.step()
        method.after_update(step)
        if (step + 1) % 50 == 0 or step + 1 == options.steps:
            if not math.isfinite(loss.item()):
                raise SystemExit(f"{options.method}: the loss is {loss.item()} at step {step}")
            pace = (time.perf_counter() - began) / (step + 1)
            print(
                f"{options.method}: step {step + 1} of {options.steps}, "
                f"loss {loss.item():.4f}, {pace:.3f} s/step",
                file=sys.stderr,
            )
    return loss.item()


def main():
    options = arguments()
    if options.out.exists():
        print(f"{options.out} is there: nothing to do", file=sys.stderr)
        return
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    images = read(options.images)
    queue = options.queue
    if queue < 0:
        queue = min(3840, len(images) // 2, options.steps * options.batch // 100)
    run = Run(
        images=len(images),
        batch=options.batch,
        steps=options.steps,
        queue=queue // options.batch * options.batch,
        decoder=tuple(map(int, options.decoder.split(","))),
    )
    network, spec = backbone(options.backbone, options.image_size)
    method = METHODS[options.method](network, run)
    loader = batches(
        images, method.views(options.image_size), options.batch, options.steps, options.seed,
        options.workers, pinned=options.device != "cpu",
    )  # fmt: skip
    began = time.perf_counter()
    loss = train(method, loader, options, is_vit="patch" in spec)
    seconds = time.perf_counter() - began
    save(method.to("cpu").result, spec, options.out)
    print(json.dumps({"method": options.method, "seconds": round(seconds, 2), "loss": loss}))


if __name__ == "__main__":
    main()
