// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/image/image.h"

namespace oodscope::data {

/// Images of one size in one file, as CIFAR's batches, .npy and .pt arrays keep them. Immutable; the pixels stay in the
/// file, which `owner` keeps mapped.
struct PixelArray {
    enum class Element { U8, F16, F32, F64 };  // floats are in [0, 1], as PyTorch keeps images

    std::string name;  // of the file, for messages
    std::shared_ptr<const void> owner;
    const std::byte* data = nullptr;  // of image 0
    std::size_t count = 0;
    std::size_t stride = 0;  // bytes from one image to the next
    int height = 0;
    int width = 0;
    bool planar = false;  // 3 × H × W instead of H × W × 3
    Element element = Element::U8;
    std::vector<std::int32_t> labels;     // count, -1: none; or empty
    std::vector<std::string> classNames;  // of the labels

    /// Image `index` as 8-bit RGB; floats are rounded to the nearest of 256 steps. Error: no such image, or a value
    /// outside [0, 1].
    Result<image::Image> read(std::size_t index) const;
};

using PixelArrayPtr = std::shared_ptr<const PixelArray>;

/// Lays `shape` [N,H,W,3] or [N,3,H,W] over values of `element`; 3 in both places means N,H,W,3. Error: another shape,
/// an image side beyond 16,384, or sizes that overflow.
Status setShape(PixelArray& array, const std::vector<std::int64_t>& shape, PixelArray::Element element);
std::size_t elementBytes(PixelArray::Element element);

/// Checks labels and takes them; class names are numbers where `names` is empty. Errors name the file, the record and
/// the label: another count than images, below -1, not below the number of names.
Status setLabels(PixelArray& array, const std::vector<std::int64_t>& labels, std::vector<std::string> names);

/// "0", "1", … up to the highest label: classes that are known by number only.
std::vector<std::string> numberNames(std::int64_t highestLabel);

}  // namespace oodscope::data
