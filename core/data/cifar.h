// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/folder_walk.h"
#include "core/data/pixel_array.h"

namespace oodscope::data {

/// How one of the four archives of CIFAR lies on disk (Krizhevsky, "Learning multiple layers of features from tiny
/// images", and the page of the data set): batches of 32 × 32 images, planes of red, green and blue.
struct CifarLayout {
    int classes = 10;
    bool pickled = false;
    std::vector<std::string> train;  // file names
    std::string test;
};

/// Null: the folder is none of CIFAR.
const CifarLayout* cifarLayoutOf(const FolderNames& names);
/// By the file's name; null: not a batch of CIFAR.
const CifarLayout* cifarLayoutOfBatch(std::string_view fileName);

/// The class names of the archives, in the order of their labels: 10, or 100 fine ones, underscores kept.
const std::vector<std::string>& cifarClassNames(int classes);

/// One batch: its pixels and (fine) labels. Error: a size that is no multiple of the record, a label out of range, a
/// pickle of something else.
Result<PixelArrayPtr> openCifarBatch(const std::filesystem::path& file, const CifarLayout& layout);

/// `part`: "train" or "test". Batches in order of their numbers, records in order.
Result<Dataset> openCifarFolder(const std::filesystem::path& folder, const CifarLayout& layout,
                                const std::string& part);

}  // namespace oodscope::data
