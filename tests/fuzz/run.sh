#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the fuzz targets with clang, address and undefined-behaviour sanitizers, and runs each for SECONDS (default 20)
# from the files in tests/data. What a target chokes on stays in the build folder.
# Usage: tests/fuzz/run.sh [SECONDS [target…]]     e.g. tests/fuzz/run.sh 3600 fuzz_torch
# Settings: CLANGXX (default: clang++, clang++-14 or later), OODSCOPE_FUZZ_DIR (default: build-fuzz)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-20}
[ $# -gt 0 ] && shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(fuzz_safetensors fuzz_torch fuzz_configs)
build=${OODSCOPE_FUZZ_DIR:-$root/build-fuzz}
compiler=${CLANGXX:-}
for name in clang++ clang++-19 clang++-16 clang++-15 clang++-14; do
  [ -n "$compiler" ] || compiler=$(command -v "$name" || true)
done
[ -n "$compiler" ] || { echo "fuzz: no clang++ here (Debian: apt-get install clang libclang-rt-14-dev)" >&2; exit 1; }

cmake -S "$root/tests/fuzz" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$(command -v "$compiler")" >/dev/null
ninja -C "$build" --quiet "${targets[@]}"

data=$root/tests/data
seeds() { # target: the files it begins with
  case $1 in
    fuzz_safetensors) find "$data/safetensors" "$data/torch" -name '*.safetensors' ;;
    fuzz_torch) find "$data/torch" "$data/openood" -name '*.pt' -o -name '*.pth' -o -name '*.pkl' ;;
    fuzz_configs) find "$data" -name '*config*.json' ;;
  esac
}
for target in "${targets[@]}"; do
  corpus=$build/corpus/$target
  mkdir -p "$corpus"
  seeds "$target" | while read -r file; do cp "$file" "$corpus/seed-$(basename "$(dirname "$file")")-$(basename "$file")"; done
  echo "fuzz: $target for $seconds s"
  (cd "$build" && "./$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=512 -max_len=65536 \
    -dict="$root/tests/fuzz/$target.dict" -print_final_stats=1 -verbosity=0 "corpus/$target" 2>"$target.log") || {
    tail -40 "$build/$target.log" >&2
    echo "fuzz: $target failed; the input is in $build" >&2
    exit 1
  }
  grep -E 'number_of_executed_units|peak_rss_mb' "$build/$target.log" | sed 's/^/  /'
done
