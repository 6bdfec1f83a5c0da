"""Do weights travel? What Glean exports must load into torchvision, timm and onnxruntime, strictly,
and compute the features of `glean embed` there; networks of torchvision and timm must do so in
Glean. Prints a row a comparison; fails if one differs by more than 1e-4 of the largest feature.

    make interop
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Benchmarks/python"))
import torchvision_operators  # noqa: F401,E402  before torchvision

import numpy  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
import timm  # noqa: E402
import torch  # noqa: E402
import torchvision  # noqa: E402
from PIL import Image  # noqa: E402
from safetensors import safe_open  # noqa: E402

TOLERANCE = 1e-4
IMAGES = 10

# Name of the run, its backbone, and the images, whose size it takes.
NETWORKS = [
    ("resnet18 standard", "resnet18:stem=standard", "ucmerced-128"),
    ("resnet18 width 16, small stem", "resnet18:width=16,stem=small", "cifar10-jpg"),
    ("resnet50", "resnet50:stem=standard", "ucmerced-128"),
    ("vit-tiny patch 4", "vit-tiny:patch=4", "cifar10-jpg"),
    ("vit-micro patch 4, mean", "vit-micro:patch=4,pooling=mean", "cifar10-jpg"),
    ("vit-micro, registers", "vit-micro:patch=4,registers=4,layerscale=0.1", "cifar10-jpg"),
    ("dinov2-small", "dinov2-small", "ucmerced-128"),
    ("convnext-tiny", "convnext-tiny:stem=standard", "ucmerced-128"),
    ("convnext-atto", "convnext-atto:stem=standard", "ucmerced-128"),
]


class Workplace:
    """A temporary folder, Glean in it, and the comparisons made so far."""

    def __init__(self, glean, data, folder):
        self.glean_path = Path(glean).resolve()
        self.data = Path(data).resolve()
        self.folder = Path(folder)
        self.failures = 0

    def glean(self, *arguments):
        """What the program prints on stdout."""
        environment = {**os.environ, "GLEAN_CACHE": str(self.folder / "cache")}
        command = [self.glean_path, *map(str, arguments)]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"glean {' '.join(map(str, arguments))}:\n{done.stderr}")
        return done.stdout

    def images(self, name, patch=1):
        """Ten images as PNG, so that nobody's JPEG decoder matters, cut to a multiple of the patch,
        so that nobody's resizing does; and their side."""
        folder = self.folder / f"{name}-{patch}"
        if not folder.exists():
            folder.mkdir()
            files = sorted((self.data / name / "train").glob("*/*.jpg"))
            for index, file in enumerate(files[:: len(files) // IMAGES][:IMAGES]):
                image = Image.open(file).convert("RGB")
                side = image.width // patch * patch
                image.crop((0, 0, side, side)).save(folder / f"{index}.png")
        return folder, Image.open(next(folder.glob("*.png"))).width

    def embed(self, folder, *options):
        """Glean's features, and the paths of the images in their order."""
        out = self.folder / "features.safetensors"
        self.glean("embed", folder, "--out", out, "--precision", "fp32", "--quiet", *options)
        with safe_open(out, "pt") as file:
            return file.get_tensor("features"), json.loads(file.metadata()["paths"])

    def compare(self, what, ours, theirs):
        """Prints the largest difference, relative to the largest feature."""
        theirs = torch.as_tensor(theirs)
        if ours.shape != theirs.shape:
            raise SystemExit(f"{what}: Glean gives {ours.shape}, the other {theirs.shape}")
        difference = ((ours - theirs).abs().max() / theirs.abs().max()).item()
        mark = "ok  " if difference <= TOLERANCE else "FAIL"
        self.failures += difference > TOLERANCE
        print(f"{mark}  {what:<70} {difference:.1e}", flush=True)


def normalised(folder, paths, normalisation):
    """The images as a network takes them, `[N, C, H, W]`."""
    pixels = numpy.stack([numpy.asarray(Image.open(folder / path)) for path in paths])
    pixels = torch.from_numpy(pixels).permute(0, 3, 1, 2).to(torch.float32) / 255
    mean, std = (torch.tensor(normalisation[key]).view(1, -1, 1, 1) for key in ("mean", "std"))
    return (pixels - mean) / std


def exports(place):
    """Glean's weights elsewhere."""
    for number, (title, backbone, data) in enumerate(NETWORKS):
        folder, side = place.images(data, 14 if "dinov2" in backbone else 1)
        run = f"run{number}"
        place.glean(
            "pretrain", folder, "--backbone", backbone, "--image-size", side, "--steps", 2,
            "--batch", 5, "--out", run, "--quiet",
        )  # fmt: skip
        ours, paths = place.embed(folder, "--weights", run)
        for format in ("safetensors", "pth", "onnx"):
            file = place.folder / f"exported.{format}"
            answer = place.glean("export", run, "--format", format, "--out", file, "--json")
            result = json.loads(answer)
            images = normalised(folder, paths, result["normalisation"])
            # The very lines that Glean shows to its users.
            scope = {}
            exec(result["python"], scope)
            if format == "onnx":
                onnx.checker.check_model(str(file), full_check=True)
                theirs = scope["session"].run(["features"], {"images": images.numpy()})[0]
                reader = f"onnxruntime {onnxruntime.__version__}"
            else:
                with torch.inference_mode():
                    theirs = scope["network"](images)
                library = timm if "timm." in result["python"] else torchvision
                reader = f"{library.__name__} {library.__version__}"
            place.compare(f"{title}: {format} in {reader}", ours, theirs)


def headless(network):
    """A network of torchvision without its classifier."""
    if hasattr(network, "fc"):
        network.fc = torch.nn.Identity()
    elif hasattr(network, "heads"):
        network.heads = torch.nn.Identity()
    else:
        network.classifier[-1] = torch.nn.Identity()
    return network


def prefixed(prefix, state):
    return {prefix + key: value for key, value in state.items()}


def noise(state):
    """Other numbers under the same names, which must not be taken."""
    return {key: torch.randn_like(value.float()) for key, value in state.items()}


def checkpoints(sides):
    """Title, images, patch, a random network, and the checkpoint that its library would save."""

    def torchvision_model(name, **options):
        return headless(getattr(torchvision.models, name)(**options))

    def timm_model(name, **options):
        return timm.create_model(name, num_classes=0, **options)

    def plain(state):
        return state

    def moco(state):
        query = prefixed("module.encoder_q.", state)
        return {"epoch": 1, "state_dict": {**prefixed("module.encoder_k.", noise(state)), **query}}

    def swav(state):
        return {"state_dict": prefixed("module.", {**state, "prototypes.weight": torch.zeros(3, 3)})}

    def dino(state):
        student = prefixed("module.backbone.", noise(state))
        teacher = prefixed("backbone.", {**state, "head.last_layer.weight_g": torch.zeros(3, 1)})
        return {"student": student, "teacher": teacher, "args": argparse.Namespace(arch="vit")}

    def mae(state):
        return {"model": {**state, "mask_token": torch.zeros(1, 1, 8)}}

    def lightly(state):
        layers = {"conv1": "0", "bn1": "1", **{f"layer{n}": f"{n + 3}" for n in range(1, 5)}}
        numbered = {
            ".".join([layers[key.split(".")[0]], *key.split(".")[1:]]): value
            for key, value in state.items()
        }
        head = {"projection_head.layers.0.weight": torch.zeros(3, 3)}
        return {"state_dict": {**prefixed("backbone.", numbered), **head}}

    def solo(state):
        follower = prefixed("momentum_backbone.", noise(state))
        return {"state_dict": {**follower, **prefixed("backbone.", state)}}

    def dinov2(state):
        state = dict(state)
        place = torch.randn(1, 1, state["cls_token"].shape[-1])
        state["register_tokens"] = state.pop("reg_token")
        state["cls_token"] = state["cls_token"] - place
        state["pos_embed"] = torch.cat([place, state["pos_embed"]], 1)
        return {**state, "mask_token": torch.zeros(1, 1)}

    large, small = "ucmerced-128", "cifar10-jpg"
    vit = {"img_size": sides[small], "patch_size": 4}
    wide = {"img_size": sides[large] // 14 * 14}
    registers = timm_model("vit_small_patch14_reg4_dinov2", **wide)
    # Or the position added to it and taken away would be all rounding.
    torch.nn.init.normal_(registers.cls_token)
    return [
        ("resnet18 of torchvision", large, 1, torchvision_model("resnet18"), plain),
        ("resnet34 of timm", large, 1, timm_model("resnet34"), plain),
        ("resnet50 as MoCo saves it", large, 1, torchvision_model("resnet50"), moco),
        ("resnet50 as SwAV saves it", large, 1, torchvision_model("resnet50"), swav),
        ("resnet18 as lightly saves it", large, 1, torchvision_model("resnet18"), lightly),
        ("resnet18 as solo-learn saves it", large, 1, torchvision_model("resnet18"), solo),
        ("vit-tiny of timm", small, 1, timm_model("vit_tiny_patch16_224", **vit), plain),
        ("vit-tiny as DINO saves it", small, 1, timm_model("vit_tiny_patch16_224", **vit), dino),
        ("vit-small as MAE saves it", small, 1, timm_model("vit_small_patch16_224", **vit), mae),
        (
            "vit-base of torchvision", large, 1,
            torchvision_model("vit_b_16", image_size=sides[large]), plain,
        ),
        ("dinov2-small as its authors save it", large, 14, registers, dinov2),
        ("convnext-tiny of torchvision", large, 1, torchvision_model("convnext_tiny"), plain),
        ("convnext-atto of timm", large, 1, timm_model("convnext_atto"), plain),
    ]  # fmt: skip


def imports(place):
    """Networks of torchvision and timm in Glean, which is told the file and nothing else."""
    torch.manual_seed(0)
    sides = {name: place.images(name)[1] for name in ("ucmerced-128", "cifar10-jpg")}
    for title, data, patch, network, wrapped in checkpoints(sides):
        folder, side = place.images(data, patch)
        # Statistics of batch norms that are not the initial ones.
        with torch.inference_mode():
            network.train()(torch.randn(8, 3, side, side))
        network.eval()
        file = place.folder / "foreign.pth"
        torch.save(wrapped(network.state_dict()), file)
        ours, paths = place.embed(folder, "--weights", file, "--image-size", side)
        with torch.inference_mode():
            theirs = network(normalised(folder, paths, statistics(folder)))
        place.compare(f"{title}: pth in Glean", ours, theirs)


def statistics(folder):
    """Mean and deviation of the pixels of all images, by which `glean embed` normalises."""
    pixels = numpy.stack([numpy.asarray(Image.open(file)) for file in folder.glob("*.png")])
    pixels = pixels.reshape(-1, 3).astype(numpy.float64) / 255
    return {"mean": pixels.mean(0).tolist(), "std": pixels.std(0).tolist()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--glean", required=True, help="the program")
    parser.add_argument("--data", required=True, help="the folder of cifar10-jpg and ucmerced-128")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Workplace(arguments.glean, arguments.data, folder)
        exports(place)
        imports(place)
    if place.failures:
        raise SystemExit(f"{place.failures} comparisons differ by more than {TOLERANCE}")


if __name__ == "__main__":
    main()
