// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/pixel_array.h"

namespace oodscope::data {

/// Appends every record of `array`, which lies in `container` ("test_batch.bin", "adv.pt#orig") below the set's root.
void addRecords(Dataset& dataset, const std::string& container, const PixelArray& array);

/// A container file as a whole data set.
Result<Dataset> openArrayDataset(const std::filesystem::path& file, const std::string& part);

}  // namespace oodscope::data
