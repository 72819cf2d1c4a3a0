// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace oodscope::image {

/// 8-bit RGB, rows top to bottom, interleaved, no padding.
struct Image {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;  // height × width × 3

    bool empty() const { return rgb.empty(); }
};

}  // namespace oodscope::image
