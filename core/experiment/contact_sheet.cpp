// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/contact_sheet.h"

#include <algorithm>

#include "core/data/image_location.h"

namespace oodscope::experiment {
namespace {

constexpr int kGap = 6;
constexpr std::uint8_t kGround = 245;
constexpr std::uint8_t kUnreadable = 180;

void paste(const image::Image& source, int left, int top, image::Image& sheet) {
    for (int y = 0; y < source.height; ++y) {
        const auto* from = source.rgb.data() + static_cast<std::size_t>(y) * source.width * 3;
        auto* to = sheet.rgb.data() + (static_cast<std::size_t>(top + y) * sheet.width + left) * 3;
        std::copy_n(from, static_cast<std::size_t>(source.width) * 3, to);
    }
}

image::Image greyTile(int tile) {
    return {tile, tile, std::vector<std::uint8_t>(static_cast<std::size_t>(tile) * tile * 3, kUnreadable)};
}

}  // namespace

image::Image contactSheet(const std::vector<std::filesystem::path>& files, int columns, int tile) {
    const int rows = (static_cast<int>(files.size()) + columns - 1) / columns;
    image::Image sheet;
    sheet.width = columns * (tile + kGap) + kGap;
    sheet.height = std::max(rows, 1) * (tile + kGap) + kGap;
    sheet.rgb.assign(static_cast<std::size_t>(sheet.width) * sheet.height * 3, kGround);
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto decoded = data::readThumbnail(files[i], tile);
        const image::Image thumbnail = decoded ? *decoded : greyTile(tile);
        const int left = kGap + static_cast<int>(i % columns) * (tile + kGap) + (tile - thumbnail.width) / 2;
        const int top = kGap + static_cast<int>(i / columns) * (tile + kGap) + (tile - thumbnail.height) / 2;
        paste(thumbnail, left, top, sheet);
    }
    return sheet;
}

}  // namespace oodscope::experiment
