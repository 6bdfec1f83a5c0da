#!/usr/bin/env bash
# Seven methods by Glean and by lightly's pieces in Python: the same 5,000 images, backbone, steps,
# batch and optimiser, three seeds each, both judged by Glean's linear probe. The two run side by
# side, with a thread each. Needs `make build` and `make bench-python`. Run again, it makes only the
# runs that are missing.
#
#   Benchmarks/fidelity.sh [STEPS]     (by default 200)
set -euo pipefail
cd "$(dirname "$0")/.."

steps=${1:-200}
glean=${GLEAN:-.build/release/glean}
python=.venv-bench/bin/python
images=.cache/cifar10-5000
out=.cache/fidelity-$steps
[[ -d "$images" ]] \
  || "$python" Benchmarks/python/subset.py "${GLEAN_DATA:-../shared/data}/cifar10-jpg" "$images" 5000
mkdir -p "$out"

for seed in 0 1 2; do
  for method in simclr byol barlow-twins vicreg swav dino mae; do
    backbone=resnet18:width=16 settings=()
    if [[ "$method" == mae ]]; then
      backbone=vit-micro:patch=4
      settings=(--set decoderWidth=96 --set decoderDepth=2 --set decoderHeads=3)
    fi
    name=$out/$method-$seed
    echo "==> $method, seed $seed" >&2
    "$glean" pretrain "$images" --method "$method" --backbone "$backbone" --steps "$steps" \
      --batch 128 --seed "$seed" --out "$name" --threads 1 --quiet "${settings[@]}" > /dev/null &
    OMP_NUM_THREADS=1 "$python" Benchmarks/python/lightly_pretrain.py "$method" --images "$images" \
      --backbone "${backbone%:patch=4}" --steps "$steps" --batch 128 --seed "$seed" \
      --workers 1 --out "$name.safetensors" > /dev/null
    wait $!
    for weights in "$name" "$name.safetensors"; do
      [[ -f "$weights.json" ]] || "$glean" evaluate "$images" --weights "$weights" --threads 1 --quiet --json \
        > "$weights.json"
    done
  done
done
python3 Benchmarks/python/fidelity_table.py "$out"
