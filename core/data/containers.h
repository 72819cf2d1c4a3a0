// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "core/data/pixel_array.h"

namespace oodscope::data {

/// Whether `file` holds many images: a batch of CIFAR, a .npy array of four dimensions, or a .pt file. Looks at
/// the name, and for .npy at the header.
bool isContainer(const std::filesystem::path& file);
/// Whether what the file holds are images: a .npy or .pt file may hold embeddings as well.
bool holdsImages(const std::filesystem::path& file);

/// The images of a container file. `part`: which tensor of a .pt file that has several. Labels of a .npy file come from
/// NAME_labels.npy beside it, or from labels.npy where that has as many (as CIFAR-10-C keeps them).
Result<PixelArrayPtr> openContainer(const std::filesystem::path& file, const std::string& part);

}  // namespace oodscope::data
