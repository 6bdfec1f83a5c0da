#!/usr/bin/env bash
# Makes .venv-bench, the environment of the Python programs that glean-bench compares with. Nothing
# else uses it; run again, it brings the packages up to date.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The same libtorch as Glean's own, and the build without CUDA where pip finds one: it is smaller.
torch_version=$(sed -n 's/^torch_version=//p' scripts/setup.sh)
python=.venv-bench/bin/python
packages=(lightly timm torchvision safetensors pillow numpy scikit-learn)

pip_install() { "$python" -m pip install --quiet --disable-pip-version-check "$@"; }

echo "==> lightly, timm, torchvision and scikit-learn into .venv-bench (some 2 GB on disk)"
[[ -x "$python" ]] || python3 -m venv .venv-bench
pip_install "torch==$torch_version+cpu" "${packages[@]}" 2> /dev/null \
  || pip_install "torch==$torch_version" "${packages[@]}"
echo "==> 'make bench' now measures them too"
