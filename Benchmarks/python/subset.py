"""A class-balanced subset of an ImageFolder, as links.

Usage: subset.py IN OUT COUNT

OUT/train/CLASS gets links to the first COUNT / classes images of IN/train/CLASS by name, and
OUT/test is a link to IN/test.
"""

import sys
from pathlib import Path


def link(path, target):
    if not path.is_symlink():
        path.symlink_to(target)


def main():
    if len(sys.argv) != 4 or not sys.argv[3].isdigit():
        raise SystemExit(__doc__)
    source, out, count = Path(sys.argv[1]).resolve(), Path(sys.argv[2]), int(sys.argv[3])
    classes = sorted(folder for folder in source.glob("train/*") if folder.is_dir())
    if not classes or count == 0 or count % len(classes):
        raise SystemExit(f"{source}/train: {len(classes)} classes cannot share {count} images")
    each = count // len(classes)
    for folder in classes:
        files = sorted(file for file in folder.iterdir() if file.is_file())[:each]
        if len(files) < each:
            raise SystemExit(f"{folder}: has {len(files)} images, expected {each} or more")
        target = out / "train" / folder.name
        target.mkdir(parents=True, exist_ok=True)
        for file in files:
            link(target / file.name, file)
    if (source / "test").is_dir():
        link(out / "test", source / "test")
    found = sum(1 for _ in out.glob("train/*/*"))
    if found != count:
        raise SystemExit(f"{out}/train: holds {found} images, expected {count}; remove it first")


if __name__ == "__main__":
    main()
