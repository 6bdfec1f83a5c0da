#!/usr/bin/env bash
# The pages of `glean inspect` for eight networks on three sets: the demo's images, blood cells and
# aerial tiles. Trainings are short, so the pages say how `inspect` looks and what it costs, and
# nothing of the methods. Run again, it trains only what is missing and makes all pages anew; `time`
# says what each took.
#
#   Benchmarks/pages.sh [STEPS] [SET …]     (by default 100, and demo bccd-cells ucmerced-128)
set -euo pipefail
cd "$(dirname "$0")/.."

steps=${1:-100}
sets=("${@:2}")
[[ ${#sets[@]} -gt 0 ]] || sets=(demo bccd-cells ucmerced-128)
glean=${GLEAN:-.build/release/glean}
data=${GLEAN_DATA:-../shared/data}
out=${PAGES:-.cache/pages}
methods=(simclr dino mae deepcluster-v2 barlow-twins rotnet supervised)

for set in "${sets[@]}"; do
  images=$data/$set
  if [[ $set == demo ]]; then
    images=$out/demo-study/images
    [[ -f $images/factors.csv ]] || "$glean" demo --out "$out/demo-study" > /dev/null
  fi
  runs=()
  for method in "${methods[@]}"; do
    network=(--backbone resnet18:width=16)
    # A transformer, with a decoder that costs what it does.
    [[ $method != mae ]] || network=(
      --backbone vit-micro --set decoderWidth=96 --set decoderDepth=2 --set decoderHeads=3)
    "$glean" pretrain "$images" --method "$method" "${network[@]}" --image-size 32 --batch 128 \
      --steps "$steps" --threads 1 --out "$out/$set/$method" > /dev/null
    runs+=("$out/$set/$method")
  done
  time "$glean" inspect random "${runs[@]}" --images "$images" --threads 1 --out "$out/$set.html"
done
