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
/// A truncated JPEG is an error, as in Pillow. Known differences: GIF and TIFF with alpha are not read,
/// 16-bit grey is scaled to 8 bits where Pillow clips it at 255. Errors name the file (`name`) and the reason.
/// Thread-safe.
Result<Image> decodeFile(const std::filesystem::path& path);
Result<Image> decodeBytes(std::span<const std::uint8_t> bytes, std::string_view name);

/// A small version for the gallery whose long side is at most `longSide`: fast, not Pillow-exact.
Result<Image> decodeThumbnail(const std::filesystem::path& path, int longSide);

/// `image` with its long side at most `longSide`, by area averaging; as it is where it is small enough.
Image shrink(Image image, int longSide);

/// .png or .jpg by extension, whole or not at all.
Status encodeFile(const Image& image, const std::filesystem::path& path);

/// Keeps OpenCV from starting threads of its own: we decode in our own pool. Done by the first decode as well.
void useSingleThreadedDecoding();

}  // namespace oodscope::image
