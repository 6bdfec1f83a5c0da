#!/usr/bin/env bash
# Makes .venv-bench, the environment of the Python programs that glean-bench compares with. Nothing
# else uses it; run again, it brings the packages up to date.
set -euo pipefail
cd "$(dirname "$0")/../.."

bash scripts/python-environment.sh .venv-bench \
  lightly timm torchvision safetensors pillow numpy scikit-learn
echo "==> 'make bench' now measures them too"
