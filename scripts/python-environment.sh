#!/usr/bin/env bash
# Makes a Python environment with the torch of Glean's libtorch and some packages beside it. Nothing
# of Glean needs it; run again, it brings the packages up to date.
#
#   scripts/python-environment.sh FOLDER PACKAGE...
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$1
packages=("${@:2}")
# The same libtorch as Glean's own, and the build without CUDA where pip finds one: it is smaller.
torch_version=$(sed -n 's/^torch_version=//p' scripts/setup.sh)

pip_install() { "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }

echo "==> ${packages[*]} into $folder (some 2 GB on disk)"
[[ -x "$folder/bin/python" ]] || python3 -m venv "$folder"
pip_install "torch==$torch_version+cpu" "${packages[@]}" 2> /dev/null \
  || pip_install "torch==$torch_version" "${packages[@]}"
