#!/usr/bin/env bash
# Checks that weights travel: what Glean exports loads into torchvision, timm and onnxruntime and
# computes the same there. Makes .venv-interop, which only this check uses. Needs `make build`.
set -euo pipefail
cd "$(dirname "$0")/.."

bash scripts/python-environment.sh .venv-interop \
  timm torchvision safetensors pillow numpy onnx onnxruntime
echo "==> Comparing features"
.venv-interop/bin/python Tests/Interop/interop.py --glean .build/release/glean \
  --data "${GLEAN_DATA:-../shared/data}" "$@"
