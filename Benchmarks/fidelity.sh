#!/usr/bin/env bash
# Seven methods by Glean and by lightly's pieces in Python: the same 5,000 images, backbone, steps,
# batch and optimiser, both judged by Glean's linear probe. The two run side by side, with a thread
# each. Needs `make build` and `make bench-python`. Every run is a line of
# Benchmarks/results/fidelity-STEPS.jsonl; run again, it makes only those that are missing.
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
results=Benchmarks/results/fidelity-$steps.jsonl
mkdir -p "$out"
touch "$results"

common=(--steps "$steps" --batch 128)
backbone() { [[ "$1" == mae ]] && echo vit-micro || echo resnet18:width=16; }

ours() {
  local settings=()
  [[ "$1" == mae ]] && settings=(--set decoderWidth=96 --set decoderDepth=2 --set decoderHeads=3)
  "$glean" pretrain "$images" --method "$1" "${common[@]}" --seed "$2" --out "$3" \
    --backbone "$(backbone "$1")" --threads 1 --quiet "${settings[@]}" > /dev/null
}

theirs() {
  OMP_NUM_THREADS=1 "$python" Benchmarks/python/lightly_pretrain.py "$1" --images "$images" \
    --backbone "$(backbone "$1")" "${common[@]}" --seed "$2" --workers 1 --out "$3" > /dev/null
}

# Makes all runs of one side, and judges each.
side() {
  local weights run accuracy
  for ((seed = 0; seed < seeds; seed++)); do
    for method in "${methods[@]}"; do
      run="{\"method\":\"$method\",\"side\":\"$1\",\"seed\":$seed,"
      grep -qF "$run" "$results" && continue
      echo "==> $1: $method, seed $seed" >&2
      weights=$out/$method-$seed$2
      "$1" "$method" "$seed" "$weights"
      accuracy=$("$glean" evaluate "$images" --weights "$weights" --threads 1 --quiet --json \
        | python3 -c 'import json, sys
linear = next(r for r in json.load(sys.stdin) if r["protocol"] == "linear")
print(next(f["value"] for f in linear["figures"] if f["metric"] == "accuracy"))')
      echo "$run\"accuracy\":$accuracy}" >> "$results"
    done
  done
}

side ours "" &
side theirs .safetensors
wait $!
sort -o "$results" "$results"
python3 Benchmarks/python/fidelity_table.py "$results"
