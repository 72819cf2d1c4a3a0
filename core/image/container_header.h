// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace oodscope::image {

/// What a file says about itself before anything is decoded. Zeros when the format is another or the header is short.
struct ContainerHeader {
    std::int64_t width = 0;
    std::int64_t height = 0;
    bool tiffAlpha = false;  // a TIFF with more samples than colours
};

/// Reads the headers of PNG, BMP and TIFF (first page): the formats whose small files can declare gigabytes.
ContainerHeader readContainerHeader(std::span<const std::uint8_t> bytes);

bool startsWith(std::span<const std::uint8_t> bytes, std::string_view magic);

}  // namespace oodscope::image
