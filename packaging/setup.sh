#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what building and running OODscope needs on Debian 12: packages with apt, LibTorch from the PyPI `torch` wheel.
# Does nothing where all of it is there. Usage: packaging/setup.sh [further package…]. Settings:
#   OODSCOPE_TORCH  a LibTorch folder (include/, lib/) to use instead of the wheel
#   OODSCOPE_DEPS   where the wheel goes (default: ~/.cache/oodscope)
set -euo pipefail

TORCH_VERSION=2.13.0
PACKAGES=(
  g++ cmake ninja-build ccache pkg-config python3-venv
  qt6-base-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools qt6-translations-l10n qt6-svg-dev libgl-dev
  libqcustomplot-dev libqcustomplot2.1-qt6
  libjpeg62-turbo-dev libopencv-core-dev libopencv-imgproc-dev libopencv-imgcodecs-dev
  libsqlitecpp-dev libsqlite3-dev nlohmann-json3-dev libcli11-dev libspdlog-dev libfmt-dev
  libicu-dev libxxhash-dev libexpected-dev zlib1g-dev fonts-dejavu-core
  "$@"
)

say() { printf 'setup: %s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else say "packages are missing and this user is neither root nor has sudo; as root: apt-get install ${missing[*]}"; exit 1
  fi
}

missing=()
for package in "${PACKAGES[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  say "installing ${#missing[@]} packages with apt: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >&2
fi

if [ -n "${OODSCOPE_TORCH:-}" ]; then
  say "LibTorch: $OODSCOPE_TORCH (from OODSCOPE_TORCH)"
  exit 0
fi
deps=${OODSCOPE_DEPS:-$HOME/.cache/oodscope}
venv=$deps/torch
if ! ls "$venv"/lib/python3*/site-packages/torch-"$TORCH_VERSION"*.dist-info/RECORD >/dev/null 2>&1; then
  say "fetching the torch $TORCH_VERSION wheel into $venv (about 1 GB for a CPU build, 5 GB for a CUDA build, as pip is configured)"
  mkdir -p "$deps"
  rm -rf "$venv"
  /usr/bin/python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "torch==$TORCH_VERSION" >&2
fi
