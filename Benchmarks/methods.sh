#!/usr/bin/env bash
# Every method on 5,000 images of cifar10-jpg with equal steps, and random weights and supervised
# training beside them: the tables of methods in Benchmarks/RESULTS.md. Those that need a transformer
# have a table of their own, and those that cut images into tiles are run at 64 pixels too. Run
# again, it makes only the runs that are missing, so the tables grow with the methods.
#
#   Benchmarks/methods.sh [SEEDS]      (by default one seed: no intervals)
set -euo pipefail
cd "$(dirname "$0")/.."

data=${GLEAN_DATA:-../shared/data}
seeds=${1:-1}
glean=.build/release/glean
short=(--batch 128 --seeds "$seeds")
settings=(--sizes 5000 --steps 400 "${short[@]}")
# The published decoders are made for long runs and large images; these cost what the encoder does.
decoders=()
for method in mae i-jepa; do
  decoders+=(
    --set "$method.decoderWidth=96" --set "$method.decoderDepth=2" --set "$method.decoderHeads=3")
done
transformers=mae,simmim,denoising-autoencoder,maskfeat,aim,i-jepa,data2vec,msn,pmsn,ibot,dinov2

"$glean" compare "$data/cifar10-jpg" --methods all --backbone resnet18:width=16 "${settings[@]}" \
  --out .cache/methods-resnet > /dev/null
"$glean" compare "$data/cifar10-jpg" --methods "random,supervised,$transformers" \
  --backbone vit-micro:patch=4 "${settings[@]}" "${decoders[@]}" --out .cache/methods-vit > /dev/null
"$glean" compare "$data/ucmerced-128" --methods random,relative-location,jigsaw,pirl,densecl \
  --backbone resnet18:width=16 --image-size 64 --sizes 1680 --steps 200 "${short[@]}" \
  --out .cache/methods-tiles > /dev/null
for study in resnet vit tiles; do
  "$glean" report ".cache/methods-$study" --json | python3 Benchmarks/python/methods_table.py
done
