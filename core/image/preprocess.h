// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "core/base/error.h"
#include "core/image/image.h"

namespace oodscope::image {

enum class Interpolation { Bilinear, Bicubic };
enum class ResizeMode {
    ShortestEdge,  // short side to resizeTo, then centre crop to size (CLIP)
    Squash,        // both sides to resizeTo, then centre crop to size
};

/// What turns a decoded image into a model's input. Width and height of the result are `size`.
struct Preprocess {
    int size = 224;
    int resizeTo = 224;
    ResizeMode mode = ResizeMode::ShortestEdge;
    Interpolation interpolation = Interpolation::Bicubic;
    std::array<float, 3> mean{0.48145466F, 0.4578275F, 0.40821073F};
    std::array<float, 3> std{0.26862954F, 0.26130258F, 0.27577711F};

    /// Canonical text for artefact keys.
    std::string describe() const;
};

/// Pillow 13's antialiased resampling (8-bit fixed point, libImaging/Resample.c), pixel for pixel. Pillow up to 12
/// differs by at most a few units, and only for images that lose more than twice as many rows as columns (see
/// resize.cpp). Empty when the image or a size is.
Image resize(const Image& image, int width, int height, Interpolation interpolation);

/// Resize and crop to size × size; writes size·size·3 bytes (HWC RGB) to `out`. Normalisation is the encoder's part.
/// Rounding follows torchvision: long side truncated, crop offset rounded half to even.
Status preprocess(const Image& image, const Preprocess& options, std::span<std::uint8_t> out);

}  // namespace oodscope::image
