"""Do weights travel? What Glean exports must load into torchvision, timm and onnxruntime, strictly,
and compute the features of `glean embed` there; networks of torchvision and timm must do so in
Glean. Prints a row a comparison; fails if one differs by more than 1e-4 of the largest feature.

    make interop        (or: scripts/interop.sh --imports, with the steps that are not on by default)
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
from safetensors.torch import save_file  # noqa: E402

TOLERANCE = 1e-4
IMAGES = 10

# Name of the run, its backbone, and the images, whose size it takes.
NETWORKS = [
    ("resnet18 standard", "resnet18:stem=standard", "ucmerced-128"),
    ("resnet18 width 16, small stem", "resnet18:width=16,stem=small", "cifar10-jpg"),
    ("resnet50", "resnet50:stem=standard", "ucmerced-128"),
    ("vit-tiny patch 4", "vit-tiny:patch=4", "cifar10-jpg"),
    ("vit-micro patch 4, mean", "vit-micro:patch=4,pooling=mean", "cifar10-jpg"),
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

    def images(self, name):
        """Ten images as PNG, so that nobody's JPEG decoder matters; and their side."""
        folder = self.folder / name
        if not folder.exists():
            folder.mkdir()
            files = sorted((self.data / name / "train").glob("*/*.jpg"))
            for index, file in enumerate(files[:: len(files) // IMAGES][:IMAGES]):
                Image.open(file).convert("RGB").save(folder / f"{index}.png")
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
        folder, side = place.images(data)
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


def foreign(name, side):
    """A random network of torchvision or timm, with statistics that are not the initial ones."""
    torch.manual_seed(0)
    if name.startswith("vit"):
        network = timm.create_model(
            "vit_tiny_patch16_224", img_size=side, patch_size=4, num_classes=0
        )
    else:
        network = getattr(torchvision.models, name)()
        network.fc = torch.nn.Identity()
        network.train()
        with torch.inference_mode():
            network(torch.randn(8, 3, side, side))
    return network.eval()


def imports(place, pickles):
    """Networks of torchvision and timm in Glean."""
    for name, backbone, data, spec in [
        (
            "resnet18", "resnet18:stem=standard", "ucmerced-128",
            {"architecture": "resnet18", "stem": "standard", "width": 64},
        ),
        (
            "resnet50", "resnet50:stem=standard", "ucmerced-128",
            {"architecture": "resnet50", "stem": "standard", "width": 64},
        ),
        (
            "vit-tiny", "vit-tiny:patch=4", "cifar10-jpg",
            {"architecture": "vit-tiny", "patch": 4, "pooling": "class"},
        ),
    ]:  # fmt: skip
        folder, side = place.images(data)
        network = foreign(name, side)
        state = {key: value.contiguous() for key, value in network.state_dict().items()}
        spec = {**spec, "imageSize": side, "inputChannels": 3}
        noted = place.folder / "foreign.safetensors"
        save_file(state, noted, metadata={"glean.backbone": json.dumps(spec)})
        files = [(noted, [])]
        # STEP NOT ON BY DEFAULT: weights that say nothing of their network. `glean embed` must
        # take --weights FILE.pth together with --backbone first.
        if pickles:
            torch.save(network.state_dict(), place.folder / "foreign.pth")
            files.append((place.folder / "foreign.pth", ["--backbone", backbone]))
        normalisation = statistics(folder)
        for file, more in files:
            ours, paths = place.embed(
                folder, "--weights", file, "--image-size", side, *more
            )
            with torch.inference_mode():
                theirs = network(normalised(folder, paths, normalisation))
            place.compare(f"{name} of another library: {file.suffix[1:]} in Glean", ours, theirs)


def statistics(folder):
    """Mean and deviation of the pixels of all images, by which `glean embed` normalises."""
    pixels = numpy.stack([numpy.asarray(Image.open(file)) for file in folder.glob("*.png")])
    pixels = pixels.reshape(-1, 3).astype(numpy.float64) / 255
    return {"mean": pixels.mean(0).tolist(), "std": pixels.std(0).tolist()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--glean", required=True, help="the program")
    parser.add_argument("--data", required=True, help="the folder of cifar10-jpg and ucmerced-128")
    parser.add_argument("--imports", action="store_true", help="try .pth files in Glean too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Workplace(arguments.glean, arguments.data, folder)
        exports(place)
        imports(place, arguments.imports)
    if place.failures:
        raise SystemExit(f"{place.failures} comparisons differ by more than {TOLERANCE}")


if __name__ == "__main__":
    main()
