// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "app/demo/canvas.h"

namespace oodscope::demo {

struct Background {
    std::string_view phrase;  // "on a wooden table"
    std::string_view vague;   // "on a table"
    void (*paint)(cv::Mat3b&, Random&);
};

std::span<const Background> backgrounds();

}  // namespace oodscope::demo
