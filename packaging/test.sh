#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds everything and runs every test without a display.
# Usage: packaging/test.sh [ctest arguments…]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/packaging/setup.sh" clang libclang-rt-14-dev  # for tests/fuzz
"$root/packaging/build.sh"
cd "$root"
ctest --test-dir build --output-on-failure --no-tests=error -j"$(nproc)" "$@"
