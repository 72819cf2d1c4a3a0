// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/image/preprocess.h"

namespace oodscope::image {

/// A part of the resized image, in its pixels.
struct Region {
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
};

/// The pixels that resize(image, width, height, …) would have in `region`, without computing the rest. Row y of the
/// region is written to out + y * stride (bytes). The region must lie inside width × height and the image hold pixels.
void resizeRegion(const Image& image, int width, int height, Interpolation interpolation, const Region& region,
                  std::uint8_t* out, std::size_t stride);

}  // namespace oodscope::image
