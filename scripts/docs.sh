#!/usr/bin/env bash
# Builds the guide and the reference of the library into .build/docs; a warning is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

catalog=Sources/Glean/Glean.docc
docc=$(command -v docc || true)
[[ -n "$docc" ]] || {
  echo "docs: error: there is no 'docc' in PATH; it comes with the Swift toolchain" >&2
  exit 1
}

echo "==> Collecting the library's declarations"
graphs=$PWD/.build/docs-symbols
mkdir -p "$graphs"
# Not `dump-symbol-graph`, which also wants the tests and fails on what SwiftPM makes for them.
swift build --target Glean --scratch-path .build/docs-build \
  -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc "$graphs" \
  -Xswiftc -symbol-graph-minimum-access-level -Xswiftc public

echo "==> Writing .build/docs"
inputs=()
if [[ -d "$catalog" ]]; then inputs=("$catalog"); fi
"$docc" convert "${inputs[@]}" --additional-symbol-graph-dir "$graphs" \
  --fallback-display-name Glean --fallback-bundle-identifier glean \
  --output-path .build/docs --warnings-as-errors
echo "==> Read it with: python3 -m http.server -d .build/docs"
