#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Configures and builds the release preset: packaging/build.sh [TARGET…] (default: everything).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
options=()
[ -z "${OODSCOPE_TORCH:-}" ] || options+=("-DOODSCOPE_TORCH=$OODSCOPE_TORCH")
# Paths inside the tree do not enter the cache's keys, so that another clone finds its objects.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
cmake --preset release "${options[@]}" >&2
targets=()
[ $# -eq 0 ] || targets=(--target "$@")
cmake --build build "${targets[@]}" >&2
