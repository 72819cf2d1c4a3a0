// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "core/data/dataset.h"

namespace oodscope::data {

/// OpenOOD's image lists: one "relative/path label" a line, label −1 for none, classes known by number. `root` is where
/// the paths start; empty: the first of the list's folder, the folders above it, and images_classic or
/// images_largescale in one of those, that holds the first image. Errors name the list and the line: not "path label",
/// a path that is absolute or leaves the root, a label out of range, one file with two labels. A file that is listed
/// twice counts twice and is noted, one that is not there is an image that cannot be read.
Result<Dataset> openImageList(const std::filesystem::path& list, const std::filesystem::path& root);

}  // namespace oodscope::data
