// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/base/error.h"
#include "core/data/pixel_array.h"

namespace oodscope::data {

/// A batch of CIFAR's python version: a pickled dict with a numpy array "data" [N, 3072] of uint8 and a list "labels"
/// (CIFAR-10) or "fine_labels" (CIFAR-100). Read without running anything in it. Errors name the file and what is
/// missing or of another form.
Result<PixelArrayPtr> openPickledCifar(const std::filesystem::path& file, int classes);

}  // namespace oodscope::data
