#!/usr/bin/env bash
# Installs what Glean needs and this machine lacks; run again, it installs nothing.
#
#   libvips, SQLite, zlib,   by apt (Homebrew on macOS), when pkg-config does not find them
#   OpenSSL
#   libtorch                 by pip into .venv, unless $LIBTORCH names a folder with include/ and lib/
set -euo pipefail
cd "$(dirname "$0")/.."

torch_version=2.13.0
swift_needed=6.2
system=$(uname -s)

step() { echo "==> $*"; }

# fail WHAT MEND...: says what went wrong and what to do, then stops.
fail() {
  echo "setup: error: $1" >&2
  shift
  printf '  %s\n' "$@" >&2
  exit 1
}

# Whether version $1 is at least version $2.
at_least() {
  [[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" == "$2" ]]
}

check_swift() {
  command -v swift > /dev/null || fail "Swift is not installed" \
    "Install Swift $swift_needed or newer (swift.org/install), then type 'make setup' again."
  local text version
  text=$(swift --version 2> /dev/null) || fail "'swift --version' does not run" \
    "Reinstall Swift $swift_needed or newer (swift.org/install)."
  version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<< "$text" | head -n 1)
  [[ -n "$version" ]] || fail "no version in what 'swift --version' says: $text" \
    "Expected Swift $swift_needed or newer."
  at_least "$version" "$swift_needed" || fail "found Swift $version, expected $swift_needed or newer" \
    "Install a newer one (swift.org/install) and put it first in PATH."
}

has_cxx_headers() { [[ "$system" != Linux ]] || compgen -G '/usr/include/c++/*/string' > /dev/null; }

has_venv_module() { python3 -c 'import ensurepip, venv' 2> /dev/null; }

has_library() { command -v pkg-config > /dev/null && pkg-config --exists "$1"; }

# The names, in the system's package manager, of what is missing.
missing_packages() {
  if [[ "$system" == Darwin ]]; then
    # Homebrew; untested.
    command -v pkg-config > /dev/null || echo pkg-config
    has_library vips || echo vips
    has_library sqlite3 || echo sqlite3
    has_library zlib || echo zlib
  has_library libcrypto || echo openssl@3
    command -v python3 > /dev/null || echo python3
    return
  fi
  command -v pkg-config > /dev/null || echo pkg-config
  has_library vips || echo libvips-dev
  has_library sqlite3 || echo libsqlite3-dev
  has_library zlib || echo zlib1g-dev
  has_library libcrypto || echo libssl-dev
  has_cxx_headers || echo g++
  if [[ -z "${LIBTORCH:-}" ]] && ! has_torch; then
    has_venv_module || echo python3-venv
  fi
}

install_packages() {
  if [[ "$system" == Darwin ]]; then
    command -v brew > /dev/null || fail "Homebrew is not installed" \
      "Install it, or by other means install: $*"
    step "Installing by Homebrew: $*"
    brew install "$@" || fail "brew could not install $*" "See its messages above."
    return
  fi
  local as_root=() mend="apt-get update && apt-get install $*"
  command -v apt-get > /dev/null || fail "there is no apt-get on this system" \
    "Install by other means what Debian calls: $*" "Then type 'make setup' again."
  if [[ "$(id -u)" != 0 ]]; then
    command -v sudo > /dev/null || fail "installing needs root, and there is no sudo" \
      "Ask an administrator to run: $mend" "Then type 'make setup' again."
    as_root=(sudo)
  fi
  step "Installing by apt: $*"
  "${as_root[@]}" apt-get update -qq || fail "apt-get could not fetch its package lists" \
    "Check the network and the sources of apt; then type 'make setup' again."
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" > /dev/null \
    || fail "apt-get could not install $*" \
      "Check the network and the disk space; see: $mend"
}

check_given_libtorch() {
  local folder
  for folder in "$LIBTORCH/include/ATen" "$LIBTORCH/lib"; do
    [[ -d "$folder" ]] || fail "LIBTORCH is '$LIBTORCH', but $folder does not exist" \
      "Set it to a folder with libtorch's include/ and lib/, such as an unpacked libtorch" \
      "or the folder 'torch' of a Python environment; or unset it to have libtorch installed."
  done
  compgen -G "$LIBTORCH/lib/libtorch_cpu.*" > /dev/null \
    || fail "LIBTORCH is '$LIBTORCH', but its lib/ holds no libtorch_cpu" \
      "Set it to a whole libtorch, or unset it to have libtorch installed."
}

# pip writes RECORD last, so a broken-off installation does not count.
has_torch() {
  compgen -G ".venv/lib/python3*/site-packages/torch-$torch_version*.dist-info/RECORD" > /dev/null \
    && compgen -G ".venv/lib/python3*/site-packages/numpy-*.dist-info/RECORD" > /dev/null
}

has_nvidia_gpu() { [[ -e /proc/driver/nvidia/version ]]; }

pip_install() {
  local output=--quiet
  # A person wants to see how far a download of this size is.
  if [[ -t 1 ]]; then output=--progress-bar=on; fi
  .venv/bin/python -m pip install --disable-pip-version-check "$output" "$@"
}

install_torch() {
  command -v python3 > /dev/null || fail "python3 is not installed" \
    "Type: apt-get install python3; then 'make setup' again."
  # What a link points to belongs to somebody else: it is used, but nothing is installed into it.
  [[ ! -L .venv ]] || fail ".venv is a link to $(readlink .venv), without torch $torch_version and numpy" \
    "Remove the link (rm .venv) and type 'make setup' again, or install them there."
  local python free needed=3 size="about 1 GB on disk"
  python=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  at_least "$python" 3.10 || fail "found Python $python, expected 3.10 or newer" \
    "Put a newer python3 first in PATH, or set LIBTORCH to a libtorch $torch_version of your own."
  if has_nvidia_gpu; then
    needed=10 size="with CUDA, about 6 GB on disk"
  fi
  free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1000000) }')
  ((free >= needed)) || fail "$free GB free on this disk, expected $needed GB for libtorch" \
    "Make room, or set LIBTORCH to a libtorch $torch_version elsewhere."

  step "libtorch $torch_version into .venv ($size; this takes minutes)"
  if ! .venv/bin/python -m pip --version > /dev/null 2>&1; then
    python3 -m venv .venv || fail "python3 could not make the environment .venv" \
      "See its message above; 'apt-get install python3-venv' mends a missing module."
  fi
  # Without a GPU the CPU build is wanted, by its exact name where pip's index has one. The usual
  # index has only the CUDA build for Linux, which works without a GPU too, but is larger.
  if ! has_nvidia_gpu && pip_install "torch==$torch_version+cpu" numpy 2> /dev/null; then
    return
  fi
  pip_install "torch==$torch_version" numpy || fail "pip could not install torch $torch_version" \
    "Check the network and the disk space (df -h . /tmp), then type 'make setup' again." \
    "A libtorch $torch_version that you have already also serves: set LIBTORCH to its folder."
  if ! has_nvidia_gpu && [[ -d $(echo .venv/lib/python3*/site-packages/nvidia) ]]; then
    echo "    This is the CUDA build (your pip offers no other): it works, but takes some 5 GB more."
    echo "    For the CPU build, point PIP_INDEX_URL at PyTorch's CPU packages (see 'CPU' on its"
    echo "    installation page), remove .venv and type 'make setup' again."
  fi
}

check_swift
if [[ -n "${LIBTORCH:-}" ]]; then check_given_libtorch; fi
read -r -a packages <<< "$(missing_packages | tr '\n' ' ')"
if ((${#packages[@]} > 0)); then
  install_packages "${packages[@]}"
  still=$(missing_packages | tr '\n' ' ')
  [[ -z "$still" ]] || fail "installed, but still not found: $still" \
    "See what 'pkg-config --modversion vips sqlite3 zlib libcrypto' says."
fi
if [[ -z "${LIBTORCH:-}" ]] && ! has_torch; then
  install_torch
  has_torch || fail "torch $torch_version is not complete in .venv" \
    "Remove .venv and type 'make setup' again."
fi
step "Set up: $(swift --version 2> /dev/null | sed -n 's/.*\(Swift version [0-9.]*\).*/\1/p')," \
  "libtorch ${LIBTORCH:-$torch_version in .venv}"
