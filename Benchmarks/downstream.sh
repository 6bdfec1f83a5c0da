#!/usr/bin/env bash
# SimCLR, random weights, raw pixels and supervised training under every downstream protocol, on four
# kinds of labels: classes (aerial tiles, X-rays), tags (blood smears) and masks (nuclei). A study
# each, which goes on where it stopped. Needs `make build`; prints a table a study.
#
#   Benchmarks/downstream.sh [STEPS] [SEEDS]     (by default 200 and 3)
set -euo pipefail
cd "$(dirname "$0")/.."

steps=${1:-200}
seeds=${2:-3}
glean=${GLEAN:-.build/release/glean}
data=${GLEAN_DATA:-../shared/data}
all=knn,sgd,few-shot,fractions,fine-tune,corruptions,imbalanced,label-noise
common=(--methods simclr --seeds "$seeds" --steps "$steps" --batch 128 ${THREADS:+--threads "$THREADS"})

study() {
  local images=$1
  shift
  echo "==> $images" >&2
  local out
  out=.cache/downstream/$(basename "$images" .npz)
  "$glean" compare "$data/$images" "${common[@]}" --out "$out" "$@" > /dev/null
  "$glean" report "$out" --json | python3 Benchmarks/python/downstream_table.py
}

study ucmerced-128 --sizes 1680 --image-size 32 --protocols "$all"
study chula-rbc12-multilabel --sizes 466 --image-size 48
study dsb2018-nuclei --sizes 531 --image-size 64
study pneumoniamnist/pneumoniamnist.npz --sizes 4708 --protocols "$all"
