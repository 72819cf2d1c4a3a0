// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/image/image.h"

namespace oodscope::experiment {

/// A grid of thumbnails, `columns` wide, in the given order, each fitted into a square tile on a light ground. An image
/// (by its location, see data::readImage) that cannot be read leaves a grey tile.
image::Image contactSheet(const std::vector<std::filesystem::path>& files, int columns, int tile);

}  // namespace oodscope::experiment
