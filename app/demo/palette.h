// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "app/demo/canvas.h"

namespace oodscope::demo {

struct NamedColour {
    std::string_view name;
    Colour colour;
};

/// The colours that objects come in.
std::span<const NamedColour> palette();
/// `colour` a little off, so that no two reds are the same.
Colour jittered(const Colour& colour, Random& random, double strength = 16);

}  // namespace oodscope::demo
