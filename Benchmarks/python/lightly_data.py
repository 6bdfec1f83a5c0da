"""Images in memory, their views by torchvision, and the order in which they are seen."""

import torchvision_operators  # noqa: F401  before torchvision

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms as T


def read(folder):
    """The images of FOLDER/train/*/*, in the order of their names."""
    paths = sorted(path for path in Path(folder, "train").glob("*/*") if path.is_file())
    if not paths:
        raise SystemExit(f"{folder}/train: holds no images in folders of their classes")
    return [Image.open(path).convert("RGB") for path in paths]


def view(size, scale, saturation=None, solarise=0.0):
    """Crops `scale` of the area and flips; with a `saturation`, changes colours too. No blur."""
    steps = [T.RandomResizedCrop(size, scale=scale), T.RandomHorizontalFlip(0.5)]
    if saturation is not None:
        jitter = T.ColorJitter(brightness=0.4, contrast=0.4, saturation=saturation, hue=0.1)
        steps += [T.RandomApply([jitter], p=0.8), T.RandomGrayscale(p=0.2)]
    if solarise > 0:
        steps.append(T.RandomSolarize(threshold=128, p=solarise))
    return T.Compose(steps)


class Views(Dataset):
    """The views of each image, normalised by all images' channel means and deviations."""

    def __init__(self, images, views):
        self.images, self.views = images, views
        pixels = [np.asarray(image, dtype=np.float64).reshape(-1, 3) / 255 for image in images]
        count = sum(map(len, pixels))
        mean = sum(part.sum(0) for part in pixels) / count
        variance = sum(np.square(part - mean).sum(0) for part in pixels) / count
        deviation = np.where(variance > 1e-12, np.sqrt(variance), 1)
        self.normalise = T.Compose(
            [T.ToTensor(), T.Normalize(mean.tolist(), deviation.tolist())]
        )

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return [self.normalise(view(self.images[index])) for view in self.views]


def orders(count, batch, steps, seed):
    """Each step's images: a new order every epoch, of which the incomplete rest is left out."""
    random = torch.Generator().manual_seed(seed)
    for step in range(steps):
        position = step % (count // batch)
        if position == 0:
            order = torch.randperm(count, generator=random).tolist()
        yield order[position * batch : (position + 1) * batch]


def batches(images, views, batch, steps, seed, workers, pinned=False):
    """Lists of the views of `batch` images, one for each step."""
    if len(images) < batch:
        raise SystemExit(f"{len(images)} images do not fill a batch of {batch}; take --batch less")
    return DataLoader(
        Views(images, views),
        batch_sampler=list(orders(len(images), batch, steps, seed)),
        num_workers=workers,
        pin_memory=pinned,
        generator=torch.Generator().manual_seed(seed),  # seeds the workers
    )
