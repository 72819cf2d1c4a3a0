// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "core/base/error.h"
#include "core/image/image.h"

namespace oodscope::data {

/// Where an image lies: a file of its own, or a record of a container file. One path names both, so that whatever keeps
/// paths of images (results, galleries, lists) need not know of containers: "test_batch.bin#00017" is record 17. A name
/// that ends in '#' and digits has no image's extension, so nothing is ambiguous.
struct ImageLocation {
    std::filesystem::path file;
    std::string part;                   // which array of the container ("orig" of "adv.pt#orig#00017"); mostly empty
    std::optional<std::size_t> record;  // empty: `file` is the image
};

ImageLocation parseLocation(const std::filesystem::path& location);
/// The name of a record, padded so that names sort as records do.
std::string recordName(const std::string& container, std::size_t record);

/// The pixels of any image of any data set. Containers stay open between calls. Thread-safe; errors name the location.
Result<image::Image> readImage(const std::filesystem::path& location);
/// A small version whose long side is at most `longSide`, as image::decodeThumbnail.
Result<image::Image> readThumbnail(const std::filesystem::path& location, int longSide);

}  // namespace oodscope::data
