#!/usr/bin/env bash
# Seven methods by Glean and by lightly's pieces in Python: the same 5,000 images, backbone, steps,
# batch and optimiser, both judged by Glean's linear probe. The two run side by side, with a thread
# each. Needs `make build` and `make bench-python`. Run again, it makes only the runs that are missing.
#
#   Benchmarks/fidelity.sh [STEPS] [SEEDS] [METHOD …]     (by default 200, 3, all seven)
set -euo pipefail
cd "$(dirname "$0")/.."

steps=${1:-200}
seeds=${2:-3}
methods=("${@:3}")
[[ ${#methods[@]} -gt 0 ]] || methods=(simclr byol barlow-twins vicreg swav dino mae)
glean=${GLEAN:-.build/release/glean}
python=.venv-bench/bin/python
images=.cache/cifar10-5000
out=.cache/fidelity-$steps
[[ -d "$images" ]] \
  || "$python" Benchmarks/python/subset.py "${GLEAN_DATA:-../shared/data}/cifar10-jpg" "$images" 5000
mkdir -p "$out"

common=(--steps "$steps" --batch 128)
backbone() { [[ "$1" == mae ]] && echo vit-micro || echo resnet18:width=16; }

ours() {
  local settings=()
  [[ "$1" == mae ]] && settings=(--set decoderWidth=96 --set decoderDepth=2 --set decoderHeads=3)
  "$glean" pretrain "$images" --method "$1" "${common[@]}" --seed "$2" --out "$out/$1-$2" \
    --backbone "$(backbone "$1")" --threads 1 --quiet "${settings[@]}" > /dev/null
}

theirs() {
  OMP_NUM_THREADS=1 "$python" Benchmarks/python/lightly_pretrain.py "$1" --images "$images" \
    --backbone "$(backbone "$1")" "${common[@]}" --seed "$2" --workers 1 \
    --out "$out/$1-$2.safetensors" > /dev/null
}

# Makes all runs of one side.
side() {
  for ((seed = 0; seed < seeds; seed++)); do
    for method in "${methods[@]}"; do
      echo "==> $1: $method, seed $seed" >&2
      "$1" "$method" "$seed"
    done
  done
}

side ours &
side theirs
wait $!
for ((seed = 0; seed < seeds; seed++)); do
  for method in "${methods[@]}"; do
    for weights in "$out/$method-$seed"{,.safetensors}; do
      [[ -f "$weights.json" ]] \
        || "$glean" evaluate "$images" --weights "$weights" --quiet --json > "$weights.json"
    done
  done
done
python3 Benchmarks/python/fidelity_table.py "$out"
