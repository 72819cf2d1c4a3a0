// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "core/image/image.h"

namespace oodscope::image {

/// Decodes as Pillow's Image.open(path).convert("RGB") does: EXIF orientation ignored, alpha dropped.
/// A truncated JPEG is an error, as in Pillow.
Result<Image> decodeFile(const std::filesystem::path& path);
Result<Image> decodeBytes(std::span<const std::uint8_t> bytes, std::string_view name);

/// A small version for the gallery whose long side is at most `longSide`: fast, not Pillow-exact.
Result<Image> decodeThumbnail(const std::filesystem::path& path, int longSide);

/// .png or .jpg by extension.
Status encodeFile(const Image& image, const std::filesystem::path& path);

}  // namespace oodscope::image
