#!/usr/bin/env bash
# General weights for `glean compare --init`: supervised and SimCLR on all 20,000 training images of
# cifar10-jpg, for each backbone. They are "general (CIFAR-10, 20,000 images)", never ImageNet. Run
# again, it makes only what is missing.
#
#   Benchmarks/general.sh [STEPS] [BACKBONE …]     (by default 1000 and both backbones)
set -euo pipefail
cd "$(dirname "$0")/.."

steps=${1:-1000}
backbones=("${@:2}")
[[ ${#backbones[@]} -gt 0 ]] || backbones=(resnet18:width=16 vit-micro:patch=4)
glean=${GLEAN:-.build/release/glean}
for backbone in "${backbones[@]}"; do
  for method in supervised simclr; do
    "$glean" pretrain "${GLEAN_DATA:-../shared/data}/cifar10-jpg" --method "$method" \
      --backbone "$backbone" --steps "$steps" --out ".cache/general/$method-${backbone%%:*}"
  done
done
