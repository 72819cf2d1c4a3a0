#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From a fresh clone to the finished demo: installs what is missing, builds, draws the demo world, runs embedding, PLP
# and evaluation on it. With a display the workbench opens on the run; without one the result table is printed and
# pictures are written. Usage: packaging/demo.sh [DIR] (default: ~/.local/share/oodscope/demo)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:-${XDG_DATA_HOME:-$HOME/.local/share}/oodscope/demo}

"$root/packaging/setup.sh"
"$root/packaging/build.sh" oodscope oodscope-cli
bin=$root/build/bin

"$bin/oodscope-cli" demo --dir "$dir"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec "$bin/oodscope" --workspace "$dir/workspace"
fi
QT_QPA_PLATFORM=offscreen "$bin/oodscope" --workspace "$dir/workspace" --screenshot "$dir/pictures/window.png" --size 1920x1200
echo "No display: the workbench as it would open is in $dir/pictures/window.png"
