#!/usr/bin/env bash
# Does the choice of augmentation decide whether pretraining helps? SimCLR on thermal images of solar
# modules and on 5,000 photographs of CIFAR-10, its views as published (photo), as chosen by the images
# (auto) and of mild crops and flips alone (plain), beside random weights; all judged by the linear
# probe. Needs `make build` and `make bench-python`. Every run is a line of
# Benchmarks/results/augment-STEPS.jsonl; run again, it makes only those that are missing.
#
#   Benchmarks/augment.sh [STEPS] [SEEDS] [SET …]     (by default 800, 5, both sets)
set -euo pipefail
cd "$(dirname "$0")/.."

steps=${1:-800}
seeds=${2:-5}
sets=("${@:3}")
[[ ${#sets[@]} -gt 0 ]] || sets=(infrared-solar-modules cifar10-jpg)
glean=${GLEAN:-.build/release/glean}
data=${GLEAN_DATA:-../shared/data}
threads=${THREADS:-1}
out=.cache/augment-$steps
results=Benchmarks/results/augment-$steps.jsonl
mkdir -p "$out"
touch "$results"
export OMP_NUM_THREADS=$threads OMP_WAIT_POLICY=passive

folder() {
  [[ "$1" == cifar10-jpg ]] || { echo "$data/$1"; return; }
  local images=.cache/cifar10-5000
  [[ -d "$images" ]] || .venv-bench/bin/python Benchmarks/python/subset.py "$data/$1" "$images" 5000
  echo "$images"
}

# pretrain IMAGES VIEWS SEED OUT
pretrain() {
  local views=(--augment "$2")
  [[ "$2" == plain ]] && views=(--augment photo --augment-set tone=0 --augment-set colour=0
    --augment-set minimum-scale=0.5)
  "$glean" pretrain "$1" --method simclr --steps "$steps" --batch 128 --seed "$3" --out "$4" \
    --backbone resnet18:width=16 --threads "$threads" --quiet "${views[@]}" > /dev/null
}

# Accuracies of the linear probe as fields of JSON.
judge() {
  "$glean" evaluate "$@" --protocols linear --threads "$threads" --quiet --json \
    | python3 -c 'import json, sys
figures = {f["metric"]: f["value"] for f in json.load(sys.stdin)[0]["figures"]}
print(json.dumps({m: figures[m] for m in ("accuracy", "balanced-accuracy")})[1:])'
}

for ((seed = 0; seed < seeds; seed++)); do
  for set in "${sets[@]}"; do
    images=$(folder "$set")
    for views in random photo auto plain; do
      run="{\"set\":\"$set\",\"views\":\"$views\",\"seed\":$seed,"
      grep -qF "$run" "$results" && continue
      echo "==> $set, $views, seed $seed" >&2
      if [[ "$views" == random ]]; then
        figures=$(judge "$images" --backbone resnet18:width=16 --seed "$seed")
      else
        weights=$out/$set-$views-$seed
        pretrain "$images" "$views" "$seed" "$weights"
        figures=$(judge "$images" --weights "$weights" --seed "$seed")
      fi
      echo "$run$figures" >> "$results"
    done
  done
done
python3 Benchmarks/python/augment_table.py "$results"
