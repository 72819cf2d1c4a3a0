// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "core/image/image.h"

namespace oodscope::image {

/// Largest image that is decoded: where Pillow stops with a DecompressionBombError.
inline constexpr std::int64_t kMaxPixels = 2 * (std::int64_t{1} << 30) / 4 / 3;

bool isJpeg(std::span<const std::uint8_t> bytes);

/// Decodes as Pillow does: accurate integer DCT, smooth chroma, CMYK in Adobe's convention, EXIF ignored; an error when
/// the data ends before the end marker, while bytes after it do not matter.
/// `minLongSide` > 0 asks for the smallest 1/2, 1/4 or 1/8 size whose long side is not less: fast, for thumbnails.
Result<Image> decodeJpeg(std::span<const std::uint8_t> bytes, std::string_view name, int minLongSide = 0);

}  // namespace oodscope::image
