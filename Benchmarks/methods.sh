#!/usr/bin/env bash
# Every method on 5,000 images of cifar10-jpg with equal steps, and random weights and supervised
# training beside them: the tables of methods in Benchmarks/RESULTS.md. Run again, it makes only the
# runs that are missing, so the tables grow with the methods.
#
#   Benchmarks/methods.sh [SEEDS]      (by default one seed: no intervals)
set -euo pipefail
cd "$(dirname "$0")/.."

data=${GLEAN_DATA:-../shared/data}/cifar10-jpg
seeds=${1:-1}
glean=.build/release/glean
settings=(--sizes 5000 --steps 400 --batch 128 --seeds "$seeds")
# The published decoder is made for long runs and large images; this one costs what the encoder does.
decoder=(--set mae.decoderWidth=96 --set mae.decoderDepth=2 --set mae.decoderHeads=3)

"$glean" compare "$data" --methods all --backbone resnet18:width=16 "${settings[@]}" \
  --out .cache/methods-resnet > /dev/null
"$glean" compare "$data" --methods all --backbone vit-micro:patch=4 "${settings[@]}" "${decoder[@]}" \
  --out .cache/methods-vit > /dev/null
for study in resnet vit; do
  "$glean" report ".cache/methods-$study" --json | python3 Benchmarks/python/methods_table.py
done
